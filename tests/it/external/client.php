<?php
// SupportClient.php — drop into any PHP/Laravel project

class SupportClient {
    private string $baseUrl = 'http://api-support.test/api/external';

    public function __construct(
        private string $apiKey,
        private string $apiSecret
    ) {}

    /** Submit a new ticket */
    public function createTicket(array $data): array {
        return $this->post('/tickets', $data);
    }

    /** Get ticket by ticket number e.g. NAIJ-2024-00001 */
    public function getTicket(string $ticketNumber): array {
        return $this->get("/tickets/{$ticketNumber}");
    }

    /** Add a customer reply */
    public function addReply(string $ticketNumber, string $body, string $email): array {
        return $this->post("/tickets/{$ticketNumber}/reply", [
            'body'           => $body,
            'customer_email' => $email,
        ]);
    }

    /** List tickets for a customer email */
    public function listByCustomer(string $email): array {
        return $this->get('/tickets', ['customer_email' => $email]);
    }

    /** Validate API key */
    public function ping(): array {
        return $this->get('/ping');
    }

    // ── Internals ──────────────────────────────────────
    private function get(string $path, array $query = []): array {
        return $this->request('GET', $path, query: $query);
    }

    private function post(string $path, array $body = []): array {
        return $this->request('POST', $path, body: $body);
    }

    private function request(string $method, string $path, array $body = [], array $query = []): array {
        $url = $this->baseUrl . $path;
        if ($query) $url .= '?' . http_build_query($query);

        $ch = curl_init($url);
        curl_setopt_array($ch, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_CUSTOMREQUEST  => $method,
            CURLOPT_HTTPHEADER     => [
                'Content-Type: application/json',
                'Accept: application/json',
                'X-Api-Key: '    . $this->apiKey,
                'X-Api-Secret: ' . $this->apiSecret,
            ],
            CURLOPT_POSTFIELDS => $method !== 'GET' ? json_encode($body) : null,
        ]);

        $response = curl_exec($ch);
        $status   = curl_getinfo($ch, CURLINFO_HTTP_CODE);
        curl_close($ch);

        $decoded = json_decode($response, true) ?? [];
        if ($status >= 400) {
            throw new RuntimeException($decoded['error'] ?? 'API error', $status);
        }

        return $decoded;
    }
}

// ── Usage in your project ──────────────────────────
$support = new SupportClient(
    apiKey:    $_ENV['SUPPORT_API_KEY'],
    apiSecret: $_ENV['SUPPORT_API_SECRET'],
);

// Submit ticket
$ticket = $support->createTicket([
    'customer_name'  => $user->name,
    'customer_email' => $user->email,
    'customer_id'    => $user->id,
    'subject'        => 'Cannot upload property photos',
    'description'    => $request->message,
    'priority'       => 'high',
    'metadata'       => [
        'listing_id' => $listing->id,
        'url'        => url()->current(),
    ],
]);

echo $ticket['ticket_number']; // "NAIJ-2024-00043"
