// Where the web app begins: what surrounds every page.
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./frame/frame.css";

import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Guard } from "./frame/Guard";
import { queries } from "./frame/queries";
import { resolver, theme } from "./frame/theme";
import { ready } from "./language";
import { router } from "./routes";

/** The number by which the page's policy knows the styles that components make. */
const nonce = () => document.querySelector<HTMLMetaElement>("meta[name=nonce]")?.content ?? "";

// Boxes hold the page behind them still by a style of their own, which asks here for the number.
setNonce(nonce());

const root = document.getElementById("root");
if (!root) throw new Error("The page has no root.");

void ready.then(() =>
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={resolver}
        getStyleNonce={nonce}
        defaultColorScheme="auto"
      >
        <QueryClientProvider client={queries}>
          <ModalsProvider>
            <Notifications position="top-right" />
            <Guard>
              <RouterProvider router={router} />
            </Guard>
          </ModalsProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  ),
);
