/** The way back from the pages behind the scenes to the school. */
import { Link } from "@tanstack/react-router";
import { useText } from "../ui/text.ts";

export function SystemPath() {
  const text = useText();
  return (
    <nav aria-label={text("system.path")}>
      <ol className="crumbs">
        <li>
          <Link to="/school">{text("system.school")}</Link>
        </li>
      </ol>
    </nav>
  );
}
