// The one place that sets HTML: the server made it from Markdown and left nothing in it that runs.
import { Typography } from "@mantine/core";

/** Shows HTML of the server's own making, and nothing else may be given to it. */
export function Html({ html }: { html: string }) {
  return (
    <Typography style={{ overflowWrap: "anywhere" }}>
      <div dangerouslySetInnerHTML={{ __html: html }} />
    </Typography>
  );
}
