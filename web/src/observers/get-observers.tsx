/** On one's account page: who observes one, the codes that let somebody do so, and whom one observes oneself. */
import { useState } from "react";
import type { CommandOutput, ReadOutput } from "../contract.ts";
import { useCommand, usePages, useRead } from "../data.ts";
import { Loaded, Paged } from "../frame/loaded.tsx";
import { CopyField } from "../identity/copy-field.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { dateTimeText, EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";
import { ObserverLinks } from "./observer-links.tsx";
import { UsePairingCode } from "./redeem-pairing-code.tsx";

type Observers = ReadOutput<"observers.getObservers">;

export function ObserversSection() {
  const text = useText();
  const observers = useRead("observers.getObservers", {});
  const observed = usePages("observers.listObserved", {});
  const create = useCommand("observers.createPairingCode");
  const [made, setMade] = useState<CommandOutput<"observers.createPairingCode"> | null>(null);
  return (
    <section className="section" aria-labelledby="observers">
      <div className="row row-apart">
        <h2 id="observers">{text("observers.title")}</h2>
        <div className="row">
          <UsePairingCode />
          <Button
            icon="plus"
            isPending={create.isPending}
            onPress={() => void create.run({}).then(setMade, () => undefined)}
          >
            {text("observers.createCode")}
          </Button>
        </div>
      </div>
      <p className="soft prose">{text("observers.lead")}</p>
      <ErrorNotice error={create.error} />
      <Loaded of={observers}>
        {(data) => (
          <>
            {data.observers.length === 0 ? (
              <EmptyState icon="people" title={text("observers.none")} hint={text("observers.noneHint")} />
            ) : (
              <ObserverLinks links={data.observers} shows="observer" />
            )}
            {data.pairingCodes.length > 0 && <OpenCodes codes={data.pairingCodes} />}
          </>
        )}
      </Loaded>
      <Paged of={observed}>
        {(links) =>
          links.length > 0 && (
            <>
              <h3>{text("observers.observed")}</h3>
              <ObserverLinks links={links} shows="student" />
            </>
          )
        }
      </Paged>
      {made !== null && (
        <Dialog title={text("observers.codeTitle")} isOpen onClose={() => setMade(null)}>
          <Notice tone="warm">
            <p>{text("observers.codeOnce")}</p>
          </Notice>
          <CopyField label={text("observers.code")} value={made.code} action={text("observers.copyCode")} />
          <p className="faint">
            {text("observers.codeHolds", { when: dateTimeText(made.pairingCode.expiresAt) })}
          </p>
          <div className="dialog-actions">
            <Button look="primary" onPress={() => setMade(null)}>
              {text("observers.done")}
            </Button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function OpenCodes({ codes }: { readonly codes: Observers["pairingCodes"] }) {
  const text = useText();
  const revoke = useCommand("observers.revokePairingCode");
  async function withdraw(pairingCodeId: string) {
    await revoke.run({ pairingCodeId });
    toast(text("observers.withdrawn"));
  }
  return (
    <>
      <h3>{text("observers.waiting")}</h3>
      <ErrorNotice error={revoke.error} />
      <ul className="list">
        {codes.map(({ pairingCodeId, madeAt, expiresAt }) => {
          const made = dateTimeText(madeAt);
          return (
            <li key={pairingCodeId}>
              <p className="grow">{text("observers.codeMade", { made, until: dateTimeText(expiresAt) })}</p>
              <Button
                isPending={revoke.isPending}
                onPress={() => void withdraw(pairingCodeId).catch(() => undefined)}
                aria-label={text("observers.withdrawOf", { made })}
              >
                {text("observers.withdraw")}
              </Button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
