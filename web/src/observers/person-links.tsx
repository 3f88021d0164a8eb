/** On a person's page, for admins: who observes them, whom they observe, and linking two people. */
import { useState } from "react";
import { useCommand, usePages, useRead } from "../data.ts";
import { Loaded, Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useSettled } from "../ui/settled.ts";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";
import { ObserverLinks } from "./observer-links.tsx";

interface Someone {
  readonly id: string;
  readonly name: string;
}

/** As what somebody is to be found: to observe the person, or to be observed by them. */
type Sought = "observer" | "student";

export function PersonLinks({ person }: { readonly person: Someone }) {
  const text = useText();
  const { id: personId, name } = person;
  const observers = useRead("observers.getObservers", { personId });
  const observed = usePages("observers.listObserved", { personId });
  const [sought, setSought] = useState<Sought | null>(null);
  return (
    <section className="section" aria-labelledby="links">
      <h2 id="links">{text("observers.ofPerson")}</h2>
      <p className="soft prose">{text("observers.ofPersonLead")}</p>
      <div className="row row-apart">
        <h3>{text("observers.observedBy")}</h3>
        <Button icon="plus" onPress={() => setSought("observer")}>
          {text("observers.addObserver")}
        </Button>
      </div>
      <Loaded of={observers}>
        {(data) => (
          <>
            {data.observers.length === 0 ? (
              <p className="soft">{text("observers.observedByNone", { name })}</p>
            ) : (
              <ObserverLinks links={data.observers} shows="observer" />
            )}
            {data.pairingCodes.length > 0 && (
              <p className="faint">{text("observers.openCodes", { count: data.pairingCodes.length })}</p>
            )}
          </>
        )}
      </Loaded>
      <div className="row row-apart">
        <h3>{text("observers.observes")}</h3>
        <Button icon="plus" onPress={() => setSought("student")}>
          {text("observers.addStudent")}
        </Button>
      </div>
      <Paged of={observed}>
        {(links) =>
          links.length === 0 ? (
            <p className="soft">{text("observers.observesNone", { name })}</p>
          ) : (
            <ObserverLinks links={links} shows="student" />
          )
        }
      </Paged>
      {sought !== null && <LinkDialog person={person} sought={sought} onClose={() => setSought(null)} />}
    </section>
  );
}

function LinkDialog({
  person,
  sought,
  onClose,
}: {
  readonly person: Someone;
  readonly sought: Sought;
  readonly onClose: () => void;
}) {
  const text = useText();
  const link = useCommand("observers.linkObserver");
  const [wanted, setWanted] = useState("");
  const search = useSettled(wanted.trim());
  const people = useRead("identity.listPeople", { search, limit: 6 }, { enabled: search !== "" });
  const found = people.data?.items.filter(({ id }) => id !== person.id) ?? [];

  async function choose(other: Someone) {
    const ids =
      sought === "observer"
        ? { observerId: other.id, studentId: person.id }
        : { observerId: person.id, studentId: other.id };
    const { observer, student } = await link.run(ids);
    onClose();
    toast(text("observers.linked", { observer: observer.name, student: student.name }));
  }

  const { name } = person;
  return (
    <Dialog
      title={text(sought === "observer" ? "observers.addObserverTitle" : "observers.addStudentTitle", {
        name,
      })}
      isOpen
      onClose={onClose}
    >
      <TextField
        label={text("observers.search")}
        hint={text("observers.searchHint")}
        type="search"
        autoComplete="off"
        value={wanted}
        onChange={setWanted}
        autoFocus
      />
      <div role="status">
        {search !== "" && people.data !== undefined && found.length === 0 && (
          <p className="soft">{text("observers.foundNone")}</p>
        )}
      </div>
      {found.length > 0 && (
        <ul className="list" aria-label={text("observers.found")}>
          {found.map((each) => (
            <li key={each.id}>
              <div className="grow">
                <p className="item-title">{each.name}</p>
                <p className="faint">{each.email}</p>
              </div>
              <Button
                isPending={link.isPending}
                onPress={() => void choose(each).catch(() => undefined)}
                aria-label={text("observers.choose", { name: each.name })}
              >
                {text(sought === "observer" ? "observers.addObserver" : "observers.addStudent")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <ErrorNotice error={link.error} />
      <div className="dialog-actions">
        <Button onPress={onClose}>{text("cancel")}</Button>
      </div>
    </Dialog>
  );
}
