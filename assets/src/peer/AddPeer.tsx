// Adding a device: what is set for it, then its configuration.
import { Button, Group, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Configuration } from "./Configuration";
import { makeKeyPair } from "./key";
import { useAdd } from "./peer";
import { PeerForm } from "./PeerForm";

/** The box in which a device is added. */
export function AddPeer({ server, opened, close }: { server: string; opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const add = useAdd(server);
  // Nowhere but here, until the box is closed.
  const [privateKey, setPrivateKey] = useState<string>();
  const made = add.data;
  const leave = () => {
    close();
    add.reset();
    setPrivateKey(undefined);
  };
  return (
    <Modal
      opened={opened}
      onClose={leave}
      title={made ? made.name : t("device.add")}
      size="lg"
      closeOnClickOutside={false}
    >
      {made ? (
        <>
          <Configuration server={server} peer={made.id} name={made.name} privateKey={privateKey} />
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={leave}>
              {t("done")}
            </Button>
          </Group>
        </>
      ) : (
        <PeerForm
          submit={(body, inBrowser, refused) => {
            const pair = inBrowser ? makeKeyPair() : Promise.resolve(undefined);
            pair.then(
              (keys) => {
                setPrivateKey(keys?.privateKey);
                add.mutate(keys ? { ...body, publicKey: keys.publicKey } : body, { onError: refused });
              },
              () => refused(new Error(t("device.inBrowserCannot"))),
            );
          }}
          pending={add.isPending}
          label={t("device.add")}
        />
      )}
    </Modal>
  );
}
