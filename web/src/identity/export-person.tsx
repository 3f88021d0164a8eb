/** Taking along what the school keeps of a person: one's own data, or those of anybody for an admin. */
import { useState } from "react";
import { read } from "../client.ts";
import { useCommand } from "../data.ts";
import { atNode } from "../nodes.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./person-data-messages.ts";

/** On the account page. */
export function OwnDataSection() {
  const text = useText();
  return (
    <section className="section" aria-labelledby="own-data">
      <h2 id="own-data">{text("data.own")}</h2>
      <p className="prose soft">{text("data.ownText")}</p>
      <ExportButton />
    </section>
  );
}

/** Begins an export, and has the browser fetch the archive. */
export function ExportButton({ personId }: { readonly personId?: string }) {
  const text = useText();
  const begin = useCommand("identity.exportPerson");
  const [isFetching, setFetching] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function download() {
    setFetching(true);
    setError(null);
    try {
      const { exportId } = await begin.run(personId === undefined ? {} : { personId });
      const { url } = await read("identity.getPersonExport", { exportId });
      location.assign(atNode(url));
      toast(text("data.downloadBegun"));
    } catch (failure) {
      setError(failure);
    } finally {
      setFetching(false);
    }
  }

  return (
    <div className="stack-tight">
      {error !== null && <ErrorNotice error={error} />}
      <div className="row">
        <Button icon="download" isPending={isFetching} onPress={() => void download()}>
          {text("data.download")}
        </Button>
      </div>
    </div>
  );
}
