// What one thought of the help.
import { Button, Card, Group, Rating, Stack, Text, Textarea, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { DeskTicket } from "../../api";
import { useChange } from "../ticket";

/** One to five stars, once; then what was given. */
export function Rate({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const [score, setScore] = useState(0);
  const [comment, setComment] = useState("");
  const change = useChange(ticket.id);
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {t(ticket.rating ? "ownTicket.rated" : "ownTicket.rate")}
      </Title>
      {ticket.rating ? (
        <>
          <Rating
            value={ticket.rating.score}
            readOnly
            role="img"
            aria-label={t("ticket.stars", { count: ticket.rating.score })}
          />
          {ticket.rating.comment && <Text size="sm">{ticket.rating.comment}</Text>}
        </>
      ) : (
        <Stack gap="sm">
          <Rating
            value={score}
            onChange={setScore}
            size="lg"
            aria-label={t("ownTicket.rate")}
            getSymbolLabel={(count) => t("ticket.stars", { count })}
          />
          {score > 0 && (
            <>
              <Textarea
                label={t("ownTicket.comment")}
                value={comment}
                onChange={(event) => setComment(event.currentTarget.value)}
                autosize
                minRows={2}
              />
              <Group>
                <Button
                  loading={change.isPending}
                  onClick={() => change.mutate({ kind: "rate", score, comment: comment.trim() })}
                >
                  {t("ownTicket.sendRating")}
                </Button>
              </Group>
            </>
          )}
        </Stack>
      )}
    </Card>
  );
}
