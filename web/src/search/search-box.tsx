/** The one search box of the frame: a field on wide screens, a button on narrow ones, and the keys that lead to it. */
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef } from "react";
import { Icon } from "../ui/icon.tsx";
import { useText } from "../ui/text.ts";
import "./search.css";

export function SearchBox() {
  const text = useText();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!leadsHere(event)) return;
      event.preventDefault();
      const own = document.querySelector<HTMLInputElement>("#search-field") ?? field.current;
      if (own?.checkVisibility() === true) {
        own.focus();
        own.select();
      } else void navigate({ to: "/search", search: {} });
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [navigate]);

  function submit(event: FormEvent) {
    event.preventDefault();
    const words = field.current?.value.trim() ?? "";
    void navigate({ to: "/search", search: words === "" ? {} : { q: words } });
    if (field.current !== null) field.current.value = "";
  }
  return (
    <>
      <search>
        <form className="search-box" onSubmit={submit}>
          <Icon name="search" />
          <input
            ref={field}
            type="search"
            aria-label={text("search.label")}
            placeholder={text("search.label")}
            aria-keyshortcuts="/ Control+K Meta+K"
            maxLength={300}
            autoComplete="off"
          />
          <span className="search-key" aria-hidden="true">
            /
          </span>
        </form>
      </search>
      <Link to="/search" search={{}} className="search-link" aria-label={text("search.label")}>
        <Icon name="search" />
      </Link>
    </>
  );
}

/** Ctrl or Cmd with K from anywhere; the slash where nobody is typing and no reader uses it to find in its page. */
function leadsHere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.altKey) return false;
  if (event.key.toLowerCase() === "k") return event.ctrlKey !== event.metaKey;
  if (event.key !== "/" || event.ctrlKey || event.metaKey) return false;
  const { target } = event;
  const isTyping =
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));
  return !isTyping && document.querySelector(".reader, [role=dialog]") === null;
}
