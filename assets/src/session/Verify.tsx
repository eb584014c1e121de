// What the link opens that proves an address. It asks first: a mail scanner that looks at the page spends nothing.
import { Alert, Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { postAuthVerify } from "../api";
import { unplaced } from "../frame/fields";
import { ButtonLink } from "../frame/links";
import { answer, queries } from "../frame/queries";
import { Door } from "./Door";

/** The page with one button. */
export function Verify() {
  const { t } = useTranslation();
  const { token } = useSearch({ from: "/verify" });
  const verify = useMutation({
    mutationFn: () => answer(postAuthVerify({ body: { token } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me"] }),
    meta: { quiet: true },
  });
  const problem = token ? unplaced(verify.error, []) : t("verify.noToken");
  return (
    <Door title={t("verify.title")} hint={t("verify.hint")} problem={problem}>
      {verify.isSuccess ? (
        <>
          <Alert color="teal" role="status">
            {t("verify.done")}
          </Alert>
          <ButtonLink to="/">{t("verify.on")}</ButtonLink>
        </>
      ) : (
        <Button onClick={() => verify.mutate()} loading={verify.isPending} disabled={!token}>
          {t("verify.submit")}
        </Button>
      )}
    </Door>
  );
}
