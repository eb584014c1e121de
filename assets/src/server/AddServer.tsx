// Adding a server: what is set for it, then the line to run there.
import { Button, Group, Modal } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Enrolment } from "./Enrolment";
import { useRegister } from "./server";
import { ServerForm } from "./ServerForm";

/** The box in which a server is added. */
export function AddServer({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const register = useRegister();
  const made = register.data;
  const leave = () => {
    close();
    register.reset();
  };
  return (
    <Modal
      opened={opened}
      onClose={leave}
      title={made ? t("server.enrol", { name: made.name }) : t("server.add")}
      size="lg"
      closeOnClickOutside={false}
    >
      {made ? (
        <>
          <Enrolment id={made.id} name={made.name} command={made.install_command} />
          <Group justify="flex-end" mt="md">
            <Button
              variant="default"
              onClick={() => {
                leave();
                void navigate({ to: "/console/servers/$id", params: { id: made.id } });
              }}
            >
              {t("server.open")}
            </Button>
          </Group>
        </>
      ) : (
        <ServerForm
          submit={(settings, refused) => register.mutate(settings, { onError: refused })}
          pending={register.isPending}
          label={t("server.add")}
        />
      )}
    </Modal>
  );
}
