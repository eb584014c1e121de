// A code that is made in this browser, for a configuration whose private key never leaves it.
import { Box } from "@mantine/core";
import { useMemo } from "react";
import { encode } from "uqr";

/** The light edge that readers need around a code, in modules (ISO/IEC 18004, 6.3.8). */
const EDGE = 4;
/** Pixels of a module: whole ones, so that all are alike. */
const SCALE = 4;

/** A QR code as a picture of lines: whatever it holds is neither sent nor kept. */
export default function OwnCode({ text, label }: { text: string; label: string }) {
  const { size, dark } = useMemo(() => {
    const code = encode(text, { ecc: "L", border: EDGE });
    const modules = code.data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size: code.size, dark: modules.join("") };
  }, [text]);
  return (
    <Box
      component="svg"
      viewBox={`0 0 ${size} ${size}`}
      w={size * SCALE}
      maw="100%"
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={dark} fill="#000" />
    </Box>
  );
}
