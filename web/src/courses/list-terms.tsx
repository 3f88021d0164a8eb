/** The terms of the school, for admins. */
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { useMe } from "../frame/me.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { ConfirmDialog, Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Menu } from "../ui/menu.tsx";
import { Badge, EmptyState, PageHead } from "../ui/pieces.tsx";
import { locale, useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

type Terms = ReadOutput<"courses.listTerms">;
type Term = Terms["items"][number];
/** A term to change, or the name of one to add. */
type Edited = { readonly term: Term | null; readonly name: string };

export function TermsPage() {
  const text = useText();
  const isAdmin = useMe().roles.includes("admin");
  const terms = useRead("courses.listTerms", {});
  const [edited, setEdited] = useState<Edited | null>(null);
  const [removed, setRemoved] = useState<Term | null>(null);
  const remove = useCommand("courses.removeTerm");
  const add = () => setEdited({ term: null, name: "" });
  const addButton = (
    <Button look="primary" icon="plus" onPress={add}>
      {text("terms.add")}
    </Button>
  );
  return (
    <>
      <PageHead
        title={text("terms.title")}
        lead={<p className="soft prose">{text(isAdmin ? "terms.lead" : "terms.adminsOnly")}</p>}
        actions={isAdmin && terms.data?.items.length !== 0 ? addButton : undefined}
      />
      <Loaded of={terms}>
        {({ items, unlisted }) => (
          <div className="stack-wide">
            {items.length === 0 ? (
              <EmptyState icon="clock" title={text("terms.empty")} hint={text("terms.emptyHint")}>
                {isAdmin && <div className="row">{addButton}</div>}
              </EmptyState>
            ) : (
              <ul className="list">
                {items.map((term) => (
                  <li key={term.termId}>
                    <div className="grow stack-tight">
                      <p className="row">
                        <span className="item-title">{term.name}</span>
                        {term.isCurrent && <Badge tone="good">{text("terms.isCurrent")}</Badge>}
                      </p>
                      <p className="soft">
                        {dayText(term.firstDay)} – {dayText(term.lastDay)} ·{" "}
                        {text("terms.courses", { count: term.courses })}
                      </p>
                    </div>
                    {isAdmin && (
                      <Menu
                        label={text("terms.actions", { name: term.name })}
                        actions={[
                          {
                            id: "edit",
                            label: text("terms.edit", { name: term.name }),
                            run: () => setEdited({ term, name: term.name }),
                          },
                          {
                            id: "remove",
                            label: text("terms.remove", { name: term.name }),
                            isDangerous: true,
                            run: () => setRemoved(term),
                          },
                        ]}
                      />
                    )}
                  </li>
                ))}
              </ul>
            )}
            {isAdmin && unlisted.length > 0 && (
              <Unlisted terms={unlisted} onAdd={(name) => setEdited({ term: null, name })} />
            )}
          </div>
        )}
      </Loaded>
      {edited !== null && <TermDialog edited={edited} onClose={() => setEdited(null)} />}
      <ConfirmDialog
        title={text("terms.remove", { name: removed?.name ?? "" })}
        isOpen={removed !== null}
        onClose={() => setRemoved(null)}
        confirmLabel={text("terms.remove", { name: removed?.name ?? "" })}
        cancelLabel={text("life.cancel")}
        isDanger
        onConfirm={async (key) => {
          await remove.run({ termId: removed?.termId ?? "" }, key);
          toast(text("terms.removed"));
        }}
      >
        <p>{text("terms.removeText")}</p>
      </ConfirmDialog>
    </>
  );
}

function Unlisted({
  terms,
  onAdd,
}: {
  readonly terms: Terms["unlisted"];
  readonly onAdd: (name: string) => void;
}) {
  const text = useText();
  return (
    <section className="section" aria-labelledby="unlisted">
      <h2 id="unlisted">{text("terms.unlisted")}</h2>
      <p className="soft prose">{text("terms.unlistedHint")}</p>
      <ul className="list">
        {terms.map(({ name, courses }) => (
          <li key={name}>
            <div className="grow">
              <p className="item-title">{name}</p>
              <p className="soft">{text("terms.courses", { count: courses })}</p>
            </div>
            <Button aria-label={`${text("terms.addDays")}: ${name}`} onPress={() => onAdd(name)}>
              {text("terms.addDays")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function TermDialog({ edited, onClose }: { readonly edited: Edited; readonly onClose: () => void }) {
  const text = useText();
  const { term } = edited;
  const create = useCommand("courses.createTerm");
  const update = useCommand("courses.updateTerm");
  const [isCurrent, setCurrent] = useState(term?.isCurrent ?? false);
  const title = term === null ? text("terms.add") : text("terms.edit", { name: term.name });

  async function save({ name = "", firstDay = "", lastDay = "" }: Record<string, string>, key: string) {
    const fields = { name, firstDay, lastDay, isCurrent };
    if (term === null) await create.run(fields, key);
    else await update.run({ termId: term.termId, version: term.version, ...fields }, key);
    onClose();
    toast(text("terms.saved"));
  }

  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <Form onSubmit={save}>
        {({ isPending }) => (
          <>
            <TextField
              label={text("terms.name")}
              name="name"
              defaultValue={edited.name}
              maxLength={40}
              isRequired
              autoFocus
            />
            <div className="course-fields">
              <TextField
                label={text("terms.firstDay")}
                name="firstDay"
                type="date"
                defaultValue={term?.firstDay ?? ""}
                isRequired
              />
              <TextField
                label={text("terms.lastDay")}
                name="lastDay"
                type="date"
                defaultValue={term?.lastDay ?? ""}
                isRequired
              />
            </div>
            <Checkbox isSelected={isCurrent} onChange={setCurrent}>
              {text("terms.current")}
            </Checkbox>
            <div className="dialog-actions">
              <Button onPress={onClose}>{text("life.cancel")}</Button>
              <Button type="submit" look="primary" isPending={isPending}>
                {text("terms.save")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}

/** A day of the calendar, which is the same day wherever it is read. */
function dayText(day: string): string {
  const parts = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locale, parts).format(Date.parse(day));
}
