// One ticket: the conversation, and beside it everything that helps to answer it.
import { Grid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import { Page } from "../frame/Page";
import { Loaded } from "../frame/State";
import { StatusBadge } from "./Badges";
import { Conversation } from "./Conversation";
import { Properties } from "./Properties";
import { Trail } from "./Trail";
import { ticket } from "./ticket";
import { Write } from "./Write";

/** The page of a ticket. */
export function Ticket() {
  const { id } = useParams({ from: "/console/tickets/$id" });
  const query = useQuery(ticket(Number(id)));
  return (
    <Loaded query={query}>
      {(found) => (
        <Page
          title={found.subject}
          hint={`${found.ticket_number} · ${found.project.name}`}
          actions={<StatusBadge status={found.status} />}
        >
          <Grid gap="lg">
            <Grid.Col span={{ base: 12, md: 8 }}>
              <Stack>
                <Conversation ticket={found} />
                <Write ticket={found} />
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 4 }}>
              <Stack>
                <Properties ticket={found} />
                <Trail activities={found.activities} />
              </Stack>
            </Grid.Col>
          </Grid>
        </Page>
      )}
    </Loaded>
  );
}
