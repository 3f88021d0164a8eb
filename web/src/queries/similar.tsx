/** What was asked or written before and resembles what is being typed, so that nobody asks what is answered. */
import { Link } from "@tanstack/react-router";
import { useRead } from "../data.ts";
import { addressOf } from "../search/place-address.ts";
import { useSettled } from "../ui/settled.ts";
import { useText } from "../ui/text.ts";
import "./messages.ts";
import "./queries.css";

const pauseMs = 400;
const lettersMin = 8;

export function Similar({ courseId, draft }: { readonly courseId: string; readonly draft: string }) {
  const text = useText();
  const settled = useSettled(draft.trim().slice(0, 1_500), pauseMs);
  const isLong = settled.length >= lettersMin;
  const similar = useRead("search.findSimilar", { courseId, text: settled, limit: 5 }, { enabled: isLong });
  const items = isLong ? (similar.data?.items ?? []) : [];
  return (
    <section aria-label={text("similar.title")} aria-live="polite">
      {items.length > 0 && (
        <div className="similar stack-tight">
          <p className="item-title">{text("similar.title")}</p>
          <ul className="stack-tight">
            {items.map((item) => {
              const page = item.places[0]?.page ?? null;
              return (
                <li key={`${item.kind} ${item.sourceId}`}>
                  <Link to={addressOf(item, item.places[0])} target="_blank">
                    {item.title}
                  </Link>{" "}
                  <span className="faint">
                    {text(`similar.${item.kind}`)}
                    {page === null ? "" : ` · ${text("queries.onPage", { page })}`}
                  </span>
                </li>
              );
            })}
          </ul>
          <p className="faint">{text("similar.hint")}</p>
        </div>
      )}
    </section>
  );
}
