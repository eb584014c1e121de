// Taking text along.
import { Button, type ButtonProps, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** A button that copies text, and says so. */
export function Copy({ text, label, ...rest }: { text: string; label?: string } & ButtonProps) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text} timeout={2000}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          onClick={copy}
          aria-live="polite"
          {...rest}
        >
          {copied ? t("copy.done") : (label ?? t("copy.do"))}
        </Button>
      )}
    </CopyButton>
  );
}
