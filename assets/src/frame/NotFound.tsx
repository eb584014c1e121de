// An address where nothing is.
import { Anchor, Center } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Empty } from "./State";

/** Says so, and leads home. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="60vh">
      <Empty title={t("problem.missing")} order={1}>
        <Anchor component={Link} to="/">
          {t("home")}
        </Anchor>
      </Empty>
    </Center>
  );
}
