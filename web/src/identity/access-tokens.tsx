/** Access tokens: letting a program act for one, and taking that back. */
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { DateTime, EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { CreateAccessTokenDialog } from "./create-access-token.tsx";

type AccessToken = ReadOutput<"identity.listAccessTokens">["items"][number];

export function AccessTokensSection() {
  const text = useText();
  const tokens = usePages("identity.listAccessTokens", {});
  const revoke = useCommand("identity.revokeAccessToken");
  const [chosen, setChosen] = useState<AccessToken | null>(null);
  const [isCreating, setCreating] = useState(false);

  async function end({ id }: AccessToken, key: string) {
    await revoke.run({ accessTokenId: id }, key);
    toast(text("tokens.revoked"));
  }

  return (
    <section className="section" aria-labelledby="access-tokens">
      <div className="row row-apart">
        <h2 id="access-tokens">{text("tokens.title")}</h2>
        <Button icon="plus" onPress={() => setCreating(true)}>
          {text("tokens.create")}
        </Button>
      </div>
      <p className="soft prose">{text("tokens.lead")}</p>
      <Paged of={tokens}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon="key" title={text("tokens.none")} hint={text("tokens.noneHint")} />
          ) : (
            <ul className="list">
              {items.map((token) => (
                <li key={token.id}>
                  <TokenFacts token={token} />
                  <Button
                    onPress={() => setChosen(token)}
                    aria-label={text("tokens.revokeOf", { name: token.name })}
                  >
                    {text("tokens.revoke")}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Paged>
      <CreateAccessTokenDialog isOpen={isCreating} onClose={() => setCreating(false)} />
      {chosen !== null && (
        <ConfirmDialog
          title={text("tokens.revokeTitle")}
          confirmLabel={text("tokens.revoke")}
          cancelLabel={text("cancel")}
          isDanger
          isOpen
          onClose={() => setChosen(null)}
          onConfirm={(key) => end(chosen, key)}
        >
          <p>{text("tokens.revokeText", { name: chosen.name })}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function TokenFacts({ token }: { readonly token: AccessToken }) {
  const text = useText();
  return (
    <div className="grow stack-tight">
      <div className="row">
        <span className="item-title">{token.name}</span>
        <span className="mono">{text("tokens.lastFour", { lastFour: token.lastFour })}</span>
      </div>
      <p className="faint row">
        <span>
          {text("tokens.created")} <DateTime at={token.createdAt} dateOnly />
        </span>
        <span>
          {token.seenAt === null ? (
            text("tokens.neverUsed")
          ) : (
            <>
              {text("tokens.seen")} <DateTime at={token.seenAt} />
            </>
          )}
        </span>
        <span>
          {text("tokens.expires")} <DateTime at={token.expiresAt} dateOnly />
        </span>
      </p>
    </div>
  );
}
