// Files: those of a message, and those that are about to be sent.
import { ActionIcon, Anchor, FileButton, Group, Image, Pill, Progress, Tooltip } from "@mantine/core";
import { IconFile, IconPaperclip } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notifications } from "@mantine/notifications";

import type { DeskAttachment } from "../api";
import { bytes } from "../figures";

/** What the server takes with one message. */
const MOST = 10;
const LARGEST = 10 * 1024 * 1024;

/** Pictures that browsers show, and that are small enough to be loaded unasked. */
const isPicture = (file: DeskAttachment) =>
  /^image\/(png|jpeg|gif|webp|avif)$/.test(file.mime_type) && file.size <= 4 * 1024 * 1024;

/** The files of a message, each to be saved; pictures are shown. */
export function Attachments({ files }: { files: DeskAttachment[] }) {
  if (files.length === 0) return null;
  return (
    <Group gap="sm" mt="sm" align="flex-end">
      {files.map((file) => (
        <Anchor
          key={file.id}
          href={`/api/attachments/${file.id}`}
          download={file.filename}
          size="sm"
          style={{ overflowWrap: "anywhere" }}
        >
          {isPicture(file) && (
            <Image
              src={`/api/attachments/${file.id}`}
              alt=""
              loading="lazy"
              h={96}
              w="auto"
              maw="100%"
              fit="contain"
              radius="sm"
              mb={4}
            />
          )}
          <IconFile size={14} aria-hidden /> {file.filename} ({bytes(file.size)})
        </Anchor>
      ))}
    </Group>
  );
}

/** The files that somebody has chosen, pasted or dropped. */
export function useFiles() {
  const { t } = useTranslation();
  const [files, setFiles] = useState<File[]>([]);
  const [over, setOver] = useState(false);
  const add = (more: File[]) => {
    const small = more.filter((file) => file.size <= LARGEST);
    const all = [...files, ...small].slice(0, MOST);
    if (all.length < files.length + more.length) {
      notifications.show({
        color: "yellow",
        message: t("ticket.filesLimit", { most: MOST, largest: bytes(LARGEST) }),
      });
    }
    setFiles(all);
  };
  return {
    files,
    add,
    remove: (file: File) => setFiles(files.filter((one) => one !== file)),
    clear: () => setFiles([]),
    /** Whether files are held above it that could be dropped. */
    over,
    /** For the part of the page where files can be pasted and dropped. */
    target: {
      onPaste: (event: React.ClipboardEvent) => {
        const pasted = [...event.clipboardData.files];
        if (pasted.length === 0) return;
        event.preventDefault();
        add(pasted);
      },
      onDragOver: (event: React.DragEvent) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: (event: React.DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      },
      onDrop: (event: React.DragEvent) => {
        setOver(false);
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        add([...event.dataTransfer.files]);
      },
    },
  };
}

/** A button that chooses files. */
export function Choose({ add }: { add: (files: File[]) => void }) {
  const { t } = useTranslation();
  return (
    <FileButton onChange={add} multiple>
      {(props) => (
        <Tooltip label={t("ticket.attachHint")}>
          <ActionIcon {...props} variant="default" size="lg" aria-label={t("ticket.attach")}>
            <IconPaperclip size={18} />
          </ActionIcon>
        </Tooltip>
      )}
    </FileButton>
  );
}

/** The chosen files, and how much of them has been sent. */
export function Chosen(props: {
  files: File[];
  remove: (file: File) => void;
  share: number;
  sending: boolean;
}) {
  const { t } = useTranslation();
  if (props.files.length === 0) return null;
  return (
    <>
      <Pill.Group mt="xs">
        {props.files.map((file, index) => (
          <Pill
            key={`${file.name}-${index}`}
            withRemoveButton={!props.sending}
            onRemove={() => props.remove(file)}
            removeButtonProps={{
              "aria-label": `${t("ticket.detach")}: ${file.name}`,
              // The library hides it from whoever cannot see it.
              "aria-hidden": false,
              tabIndex: 0,
            }}
          >
            {file.name} ({bytes(file.size)})
          </Pill>
        ))}
      </Pill.Group>
      {props.sending && (
        <Progress mt="xs" value={props.share * 100} aria-label={t("ticket.sending")} animated />
      )}
    </>
  );
}
