import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compression, defineAlgorithm } from "vite-plugin-compression2";

declare const process: { env: Record<string, string | undefined> };

// `npm run dev` shows the pages beside a `gatehouse serve` on its usual port, or
// beside the one that GATEHOUSE names.
// The server compares Origin and Host: the proxy leaves both alone.
const target = process.env["GATEHOUSE"] ?? "http://127.0.0.1:8080";
const server = { target, changeOrigin: false };

export default defineConfig({
  plugins: [
    react(),
    compression({
      algorithms: [defineAlgorithm("brotliCompress"), defineAlgorithm("gzip")],
      include: /\.(js|css|html|svg|json|txt)$/,
      threshold: 256,
    }),
  ],
  build: {
    target: "es2023",
    // Files of their own even when they are small: the page's policy allows no data in it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": server, "/v1": server, "/oauth": server } },
});
