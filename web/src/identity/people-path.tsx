/** The way back to the list of people. */
import { Link } from "@tanstack/react-router";
import { useText } from "../ui/text.ts";
import "./people-messages.ts";

/** With the page between, where there is one. */
export function PeoplePath({ isInImports = false }: { readonly isInImports?: boolean }) {
  const text = useText();
  return (
    <nav aria-label={text("person.path")}>
      <ol className="crumbs">
        <li>
          <Link to="/people">{text("person.title")}</Link>
        </li>
        {isInImports && (
          <li>
            <Link to="/people/imports">{text("import.title")}</Link>
          </li>
        )}
      </ol>
    </nav>
  );
}
