/** Says, to whom it concerns, that the school asks for a second step now, while there is time to set one up in peace. */
import { Link } from "@tanstack/react-router";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { useMe } from "./me.ts";

export function SecondStepBanner() {
  const text = useText();
  const { secondStepDue, session } = useMe();
  if (secondStepDue === null || session === null) return null;
  return (
    <section className="connection" aria-label={text("secondStepDue.title")}>
      {text(`secondStepDue.${secondStepDue}`)} <DateTime at={session.expiresAt} />.{" "}
      <Link to="/account">{text(`secondStepDue.${secondStepDue}.go`)}</Link>
    </section>
  );
}
