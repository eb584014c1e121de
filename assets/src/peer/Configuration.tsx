// What a device needs: a code to scan, and the configuration to take along.
import { Alert, Button, Center, Code, Group, Image, Loader, Stack } from "@mantine/core";
import { IconDownload, IconKey } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { Copy } from "../frame/Copy";
import { Loaded } from "../frame/State";
import { withPrivateKey } from "./key";
import { configuration, qrCode } from "./peer";

// Few devices come with a key that was made in the browser.
const OwnCode = lazy(() => import("./OwnCode"));

/** A name that wg-quick takes: at most 15 plain letters. */
export function fileName(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 15)
    .replace(/^-+|-+$/g, "");
  return `${plain || "wg0"}.conf`;
}

function Download({ text, name }: { text: string; name: string }) {
  const { t } = useTranslation();
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);
  return (
    <Button
      component="a"
      href={address}
      download={fileName(name)}
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      {t("device.download")}
    </Button>
  );
}

/** A device's configuration; with a private key that was made in this browser it is put together here. */
export function Configuration(props: {
  server: string;
  peer: string;
  name: string;
  privateKey?: string | undefined;
}) {
  const { t } = useTranslation();
  const { server, peer, name, privateKey } = props;
  const query = useQuery(configuration(server, peer));
  const [shown, setShown] = useState(false);
  return (
    <Loaded query={query}>
      {(held) => {
        const text = privateKey ? withPrivateKey(held, privateKey) : held;
        const isHeld = held.includes("\nPrivateKey = ");
        return (
          <Stack>
            {isHeld ? (
              <Center>
                <Image
                  src={qrCode(server, peer)}
                  alt={t("device.qrAlt", { name })}
                  w={280}
                  maw="100%"
                  radius="md"
                  bg="white"
                />
              </Center>
            ) : (
              <>
                {privateKey && (
                  <Center mih={280}>
                    <Suspense fallback={<Loader aria-label={t("loading")} />}>
                      <OwnCode text={text} label={t("device.qrAlt", { name })} />
                    </Suspense>
                  </Center>
                )}
                <Alert color={privateKey ? "orange" : "blue"} variant="light" icon={<IconKey aria-hidden />}>
                  {t(privateKey ? "device.keyOnlyHere" : "device.keyElsewhere")}
                </Alert>
              </>
            )}
            <Group justify="center">
              <Download text={text} name={name} />
              <Copy text={text} label={t("device.copy")} />
              <Button variant="default" onClick={() => setShown(!shown)} aria-expanded={shown}>
                {t(shown ? "device.hide" : "device.show")}
              </Button>
            </Group>
            {shown && (
              <Code block tabIndex={0} aria-label={t("device.configuration")}>
                {text}
              </Code>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}
