// The button that adds something to a list.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";

/** Says what it adds. */
export function AddButton({ word, act }: { word: string; act: () => void }) {
  return (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={act}>
      {word}
    </Button>
  );
}
