/** The address of a fresh secret as a QR code. */
import { QrCode } from "../ui/qr-code.tsx";

export function TotpQr({ uri, label }: { readonly uri: string; readonly label: string }) {
  return <QrCode text={uri} label={label} className="totp-qr" />;
}
