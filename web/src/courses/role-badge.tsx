/** What somebody is in a course; who teaches is set apart from who learns by words and by tone. */
import type { Course } from "../contract.ts";
import { Badge } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export function RoleBadge({ role }: { readonly role: Course["myRole"] }) {
  const text = useText();
  const label = text(`courseRole.${role ?? "none"}`);
  if (role === "instructor" || role === "teaching_assistant") return <Badge tone="accent">{label}</Badge>;
  return role === null ? <Badge tone="warm">{label}</Badge> : <Badge>{label}</Badge>;
}
