/** Merging queries that ask the same: chosen from those that wait, to be answered together. */
import { useState } from "react";
import type { Query } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export function MergeDialog({ query, onClose }: { readonly query: Query; readonly onClose: () => void }) {
  const text = useText();
  const { courseId, queryId } = query;
  const open = useRead("queries.getQueries", { courseId, limit: 100 });
  const { run, isPending, error } = useCommand("queries.mergeQueries");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());

  async function merge() {
    try {
      await run({ queryId, duplicateIds: [...chosen] });
      toast(text("merge.done"));
      onClose();
    } catch {
      // Shown above the buttons.
    }
  }
  return (
    <Dialog title={text("merge.title")} isOpen onClose={onClose}>
      <div className="stack">
        <p className="soft">{text("merge.hint", { title: query.title })}</p>
        <Loaded of={open}>
          {({ items }) => {
            const others = items.filter(
              (each) => each.queryId !== queryId && !each.isMerged && each.state !== "closed",
            );
            if (others.length === 0) return <p>{text("merge.none")}</p>;
            return (
              <ul className="stack-tight merge-list">
                {others.map((each) => (
                  <li key={each.queryId}>
                    <Checkbox
                      isSelected={chosen.has(each.queryId)}
                      onChange={(isChosen) => {
                        const next = new Set(chosen);
                        if (isChosen) next.add(each.queryId);
                        else next.delete(each.queryId);
                        setChosen(next);
                      }}
                    >
                      {each.title} <span className="faint">{each.asker?.name}</span>
                    </Checkbox>
                  </li>
                ))}
              </ul>
            );
          }}
        </Loaded>
        <ErrorNotice error={error} />
        <div className="row">
          <Button
            look="primary"
            isPending={isPending}
            isDisabled={chosen.size === 0}
            onPress={() => void merge()}
          >
            {text("merge.merge", { count: chosen.size })}
          </Button>
          <Button look="quiet" onPress={onClose}>
            {text("queries.cancel")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
