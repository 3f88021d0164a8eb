/** The way from a thing to who can see it. */
import { Link } from "@tanstack/react-router";
import { useText } from "../ui/text.ts";
import "./messages.ts";
import type { AskedKind } from "./thing-address.ts";

export function AccessLink({ kind, id }: { readonly kind: AskedKind; readonly id: string }) {
  const text = useText();
  return (
    <Link to="/access" search={{ kind, id }}>
      {text("access.link")}
    </Link>
  );
}
