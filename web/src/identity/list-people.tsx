/** The people of the school, for its admins: finding them, adding them, shutting and opening their accounts. */
import { Link, useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Person } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { useMe } from "../frame/me.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { EmptyState, PageHead } from "../ui/pieces.tsx";
import { useSettled } from "../ui/settled.ts";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { AddPersonDialog } from "./add-person.tsx";
import "./messages.ts";
import "./people-messages.ts";
import { readPeopleAddress, roleFilters, signInFilters, stateFilters } from "./people-address.ts";
import "./people.css";
import { PeopleTable } from "./people-table.tsx";
import { ReissueInvitationDialog } from "./reissue-invitation.tsx";

/** What an admin is about to do, and to whom. */
type Step = { readonly kind: "deactivate" | "invite"; readonly person: Person } | { readonly kind: "add" };

export function PeoplePage() {
  const text = useText();
  const me = useMe();
  const navigate = useNavigate();
  const router = useRouter();
  const address = readPeopleAddress(useSearch({ strict: false }));
  const { q = "", role, state, signIn } = address;
  const [search, setSearch] = useState(q);
  const [step, setStep] = useState<Step | null>(null);
  const setActive = useCommand("identity.setPersonActive");
  const asked = useSettled(search.trim());
  // The address says what is shown: going back, and a link that is passed on, lead to the same list.
  const narrow = (change: Readonly<Record<string, unknown>>) =>
    void navigate({ to: "/people", search: readPeopleAddress({ ...address, ...change }), replace: true });
  useEffect(() => setSearch(q), [q]);
  useEffect(() => {
    // Who has pressed a link since the last key is on the way to another page.
    const isLeaving = router.latestLocation.pathname !== "/people";
    if (!isLeaving && asked !== q && asked === search.trim()) narrow({ q: asked });
  });
  const people = usePages("identity.listPeople", {
    ...(q === "" ? {} : { search: q }),
    ...(role === undefined ? {} : { role }),
    ...(state === undefined ? {} : state === "merged" ? { merged: true } : { active: state === "active" }),
    ...(signIn === undefined ? {} : { signIn }),
  });
  const shown = people.data?.pages.flatMap((page) => page.items).length;
  const isNarrowed = Object.keys(address).length > 0;

  async function change(person: Person, active: boolean) {
    await setActive.run({ personId: person.id, active });
    toast(text(active ? "person.activated" : "person.deactivated", { name: person.name }));
  }

  function activate(person: Person) {
    change(person, true).catch(() => toast(text("person.notActivated", { name: person.name })));
  }

  return (
    <>
      <PageHead
        title={text("person.title")}
        actions={
          <>
            <Link className="button" data-look="plain" to="/people/imports">
              {text("import.title")}
            </Link>
            <Button look="primary" icon="plus" onPress={() => setStep({ kind: "add" })}>
              {text("person.add")}
            </Button>
          </>
        }
      />
      <search className="people-filter">
        <TextField
          label={text("person.search")}
          type="search"
          maxLength={200}
          value={search}
          onChange={setSearch}
        />
        <Select
          label={text("person.role")}
          options={(["all", ...roleFilters] as const).map((value) => ({
            value,
            label: text(value === "all" ? "person.anyRole" : `role.${value}`),
          }))}
          value={role ?? "all"}
          onChange={(value) => narrow({ role: value })}
        />
        <Select
          label={text("person.state")}
          options={(["all", ...stateFilters] as const).map((value) => ({
            value,
            label: text(`person.filter.${value}`),
          }))}
          value={state ?? "all"}
          onChange={(value) => narrow({ state: value })}
        />
        <Select
          label={text("person.signIn")}
          options={(["all", ...signInFilters] as const).map((value) => ({
            value,
            label: text(`person.signIn.${value}`),
          }))}
          value={signIn ?? "all"}
          onChange={(value) => narrow({ signIn: value })}
        />
      </search>
      <p role="status" className="faint people-count">
        {shown !== undefined &&
          text(people.hasNextPage ? "person.shownSome" : "person.shown", { count: shown })}
      </p>
      <Paged of={people}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState
              icon="people"
              title={text(isNarrowed ? "person.noneFound" : "person.none")}
              hint={text(isNarrowed ? "person.noneFoundHint" : "person.noneHint")}
            />
          ) : (
            <PeopleTable
              people={items}
              myId={me.person.id}
              onInvite={(person) => setStep({ kind: "invite", person })}
              onDeactivate={(person) => setStep({ kind: "deactivate", person })}
              onActivate={activate}
            />
          )
        }
      </Paged>
      {step?.kind === "add" && <AddPersonDialog onClose={() => setStep(null)} />}
      {step?.kind === "invite" && (
        <ReissueInvitationDialog person={step.person} onClose={() => setStep(null)} />
      )}
      {step?.kind === "deactivate" && (
        <ConfirmDialog
          title={text("person.deactivateTitle", { name: step.person.name })}
          confirmLabel={text("person.deactivate")}
          cancelLabel={text("cancel")}
          isDanger
          isOpen
          onClose={() => setStep(null)}
          onConfirm={() => change(step.person, false)}
        >
          <p>{text("person.deactivateText")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
