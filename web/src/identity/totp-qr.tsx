/** The address of a fresh secret as a QR code, for the camera of the phone; black on white also in the dark. */
import { encode } from "uqr";

export function TotpQr({ uri, label }: { readonly uri: string; readonly label: string }) {
  const { data, size } = encode(uri, { ecc: "M", border: 4 });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return (
    <svg
      className="totp-qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
