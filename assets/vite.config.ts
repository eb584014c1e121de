import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";
import { compression, defineAlgorithm } from "vite-plugin-compression2";

// `npm run dev` shows the pages beside a `gatehouse serve` on its usual port, or where GATEHOUSE says.
const server = loadEnv("", ".", "GATEHOUSE")["GATEHOUSE"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    react(),
    compression({
      algorithms: [defineAlgorithm("brotliCompress"), defineAlgorithm("gzip")],
      include: /\.(js|css|svg|json|txt)$/,
      threshold: 256,
      // Who takes neither is sent what the server unpacks.
      deleteOriginalAssets: true,
    }),
  ],
  build: {
    target: "es2023",
    // Files of their own even when they are small: the page's policy allows no data in it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The host stays that of the page: the server refuses changes that come from another one.
  server: {
    proxy: Object.fromEntries(
      ["/api", "/v1", "/oauth"].map((path) => [path, { target: server, changeOrigin: false }]),
    ),
  },
});
