//! What the made-up people are called, and what they write.

use fastrand::Rng;

const FIRST: [&str; 32] = [
    "Ada", "Amara", "Anna", "Ben", "Carla", "Chidi", "Dana", "Elif", "Emil", "Farah", "Felix", "Grace", "Hana", "Ivan",
    "Jonas", "Kofi", "Lea", "Luis", "Maja", "Mei", "Nadia", "Noah", "Olga", "Omar", "Paula", "Ravi", "Sara", "Tariq",
    "Uma", "Viktor", "Wanda", "Yusuf",
];
const LAST: [&str; 32] = [
    "Abel",
    "Adeyemi",
    "Berg",
    "Castro",
    "Chen",
    "Dorn",
    "Eze",
    "Fischer",
    "Garcia",
    "Haas",
    "Ivanova",
    "Jansen",
    "Kaya",
    "Khan",
    "Lindqvist",
    "Lopez",
    "Meyer",
    "Moreau",
    "Nakamura",
    "Nowak",
    "Okafor",
    "Okoye",
    "Park",
    "Petrov",
    "Quist",
    "Rossi",
    "Sato",
    "Silva",
    "Tanaka",
    "Umeh",
    "Weber",
    "Zhang",
];
const DEVICES: [&str; 10] = [
    "laptop",
    "phone",
    "tablet",
    "desktop",
    "router",
    "travel router",
    "work laptop",
    "television",
    "old phone",
    "server",
];
const PLACES: [&str; 16] = [
    "Lagos",
    "Berlin",
    "Lisbon",
    "Singapore",
    "Oslo",
    "Toronto",
    "Accra",
    "Madrid",
    "Osaka",
    "Prague",
    "Nairobi",
    "Vienna",
    "Warsaw",
    "Quito",
    "Dublin",
    "Seoul",
];
const TROUBLES: [(&str, &str); 24] = [
    (
        "{device} has no handshake since this morning",
        "The {device} was fine yesterday. Since this morning the client says the latest handshake was hours ago, and nothing loads while it is connected.",
    ),
    (
        "Very slow from {place}",
        "Downloads from {place} crawl at about {number} kilobit a second in the evening. Without the tunnel the same line does {more} megabit.",
    ),
    (
        "Tunnel drops every {number} minutes",
        "My {device} loses the connection roughly every {number} minutes and comes back by itself. It started after I moved to {place}.",
    ),
    (
        "How do I add my {device}?",
        "I would like to use the tunnel on my {device} too. Where do I find the code to scan?",
    ),
    (
        "Wrong address after connecting",
        "Pages tell me that I am in {place}, although I picked another server. Is the routing mixed up?",
    ),
    (
        "Names do not resolve on the {device}",
        "Addresses by number work, names don't. The {device} uses the resolver that came with the configuration.",
    ),
    (
        "Payment went through twice",
        "My card was charged twice on the {number}th, receipts {more} and {other}. Please refund one of them.",
    ),
    (
        "Invoice for {place} office",
        "Our bookkeeping needs an invoice made out to the {place} office, with reference {more}.",
    ),
    (
        "Change of e-mail address",
        "I no longer use the old mailbox. Please tell me how the address of my account can be changed.",
    ),
    (
        "Lost my {device}, please disable it",
        "The {device} was stolen in {place}. Please make sure that nobody can connect with it.",
    ),
    (
        "Quota used up too early",
        "The portal says that the {number} gigabytes are gone, but the {device} was off all week.",
    ),
    (
        "Video calls stutter",
        "Calls from {place} freeze every few seconds while the tunnel is on. Ping is around {number} milliseconds.",
    ),
    (
        "Cannot reach the printer at home",
        "When the tunnel is on I can't print. Can local addresses stay outside of it?",
    ),
    (
        "Configuration file is refused",
        "The app on my {device} says the file is not valid, line {number}. I downloaded it again and it is the same.",
    ),
    (
        "Does it work in {place}?",
        "I am travelling to {place} next month. Will the servers be reachable from hotel networks there?",
    ),
    (
        "Account locked after update",
        "After the update I am asked to sign in again and the password is not accepted on the {device}.",
    ),
    (
        "Battery of the {device} drains fast",
        "Since the tunnel is always on the battery lasts {number} hours less. Is there a setting for the keepalive?",
    ),
    (
        "Server in {place} is offline",
        "The status page shows {place} as offline for {number} minutes now. When will it be back?",
    ),
    (
        "Site blocks the server's address",
        "A shop refuses orders from the {place} address. Could you give me another exit?",
    ),
    (
        "Two devices with one configuration",
        "I put the same file on the {device} and the phone, and now they kick each other out. What is the right way?",
    ),
    (
        "Speed test numbers",
        "Attached are speed tests from {place}: {number}, {more} and {other} megabit. Is that what I should expect?",
    ),
    (
        "Cancel the subscription of one person",
        "One of our {number} people has left. Please remove their devices and adjust the bill.",
    ),
    (
        "Firewall of the hotel blocks the tunnel",
        "At the hotel in {place} nothing goes through. Is there another port that I could try?",
    ),
    (
        "IPv6 does not go through the tunnel",
        "On the {device} only IPv4 goes through, IPv6 still shows the address of my provider in {place}.",
    ),
];
const ANSWERS: [&str; 10] = [
    "Thanks for writing in. I looked at the {device} from our side: its last handshake was {number} minutes ago. Could you switch the tunnel off and on once and tell me what it says?",
    "I have moved you to another server near {place}. Please download the configuration again and scan the new code.",
    "The keepalive was set too long for your network. It is {number} seconds now; please reconnect the {device}.",
    "We found the cause: a provider in {place} dropped packets until an hour ago. It should be fine now.",
    "I have disabled the device. Nobody can connect with it any more, and you can add a new one in the portal at any time.",
    "The amount of receipt {more} goes back to your card. Depending on the bank that takes up to {number} days.",
    "Please set the MTU of the {device} to 1280 and try again; some networks in {place} cut larger packets.",
    "Each device needs a configuration of its own. I have made a second one for you; the code is in the portal.",
    "I can see the drops in the server's history too, between {number} and {more} milliseconds. Our colleagues are on it.",
    "That is a known problem of the app's last version. The update from this week solves it.",
];
const FOLLOW_UPS: [&str; 8] = [
    "That helped, thank you!",
    "I tried that on the {device}, and it is still the same. Anything else?",
    "It works again since about {number} minutes. What was it?",
    "Sorry for the late answer. I am in {place} until Friday and can test it then.",
    "Now it connects, but it is slow: {number} kilobit.",
    "Perfect, all {number} devices are online.",
    "The code does not scan, could you send the file instead?",
    "I have restarted everything twice and the {device} still shows no handshake.",
];
const NOTES: [&str; 4] = [
    "Same provider as ticket {more}. Let's watch {place} for a day.",
    "Refund approved by accounting, reference {other}.",
    "Customer is on a trial until the {number}th.",
    "Escalated to the network people; graph attached to their channel.",
];

fn pick<T: Copy>(rng: &mut Rng, words: &[T]) -> T {
    words[rng.usize(..words.len())]
}

fn fill(rng: &mut Rng, text: &str) -> String {
    text.replace("{device}", pick(rng, &DEVICES))
        .replace("{place}", pick(rng, &PLACES))
        .replace("{number}", &rng.u32(2..60).to_string())
        .replace("{more}", &rng.u32(100..100_000).to_string())
        .replace("{other}", &rng.u32(100_000..1_000_000).to_string())
}

/// First and last name.
pub fn name(rng: &mut Rng) -> (&'static str, &'static str) {
    (pick(rng, &FIRST), pick(rng, &LAST))
}

/// What a device is called.
pub fn device(rng: &mut Rng) -> &'static str {
    pick(rng, &DEVICES)
}

/// Subject and description of a ticket.
pub fn trouble(rng: &mut Rng) -> (String, String) {
    let (subject, text) = pick(rng, &TROUBLES);
    (fill(rng, subject), fill(rng, text))
}

/// What staff answer.
pub fn answer(rng: &mut Rng) -> String {
    let text = pick(rng, &ANSWERS);
    fill(rng, text)
}

/// What the customer writes back.
pub fn follow_up(rng: &mut Rng) -> String {
    let text = pick(rng, &FOLLOW_UPS);
    fill(rng, text)
}

/// What staff tell each other.
pub fn note(rng: &mut Rng) -> String {
    let text = pick(rng, &NOTES);
    fill(rng, text)
}
