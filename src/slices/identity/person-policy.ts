/** Who may have the data of a person. */
import { noteFact } from "#kernel/explain-policy.ts";
import { allow, denyForbidden, denyNotFound, denyUnauthenticated, type Policy } from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { signedInThemselves } from "./policy.ts";
import type { IdentityTables } from "./tables.ts";

/** One's own, or anybody's as an admin; signed in, since a stolen token must not carry all of it away. */
export const exportsPerson: Policy<{ readonly personId?: string | undefined }> = {
  claim: "asks for their own data, or is admin of the school, and has signed in, not with an access token",
  async decide(question) {
    const themselves = await signedInThemselves.decide(question);
    const { actor, input } = question;
    if (!themselves.allowed || actor.kind !== "person") return themselves;
    if (input.personId === undefined || input.personId === actor.personId) return allow;
    return actor.roles.includes("admin") ? allow : denyForbidden("You can export your own data only.");
  },
};

const exportById = prepared<IdentityTables>()((db, p: Parameter<{ id: string }>) =>
  db
    .selectFrom("person_exports")
    .innerJoin("people", "people.id", "person_exports.person_id")
    .select(["person_exports.person_id as personId", "asked_by as askedBy", "expires_at as expiresAt"])
    .where("person_exports.id", "=", p("id")),
);

/** Whoever began the export, as long as it holds, and as long as they might begin it again. */
export const beganExport: Policy<{ readonly exportId: string }> = {
  claim: "began this export",
  async decide({ actor, input, database, now }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const [row] = await exportById(database, { id: input.exportId });
    const isOwn = actor.kind === "person" && row?.askedBy === actor.personId;
    noteFact(database, "export", input.exportId, { exists: row !== undefined, own: isOwn });
    if (
      row === undefined ||
      actor.kind !== "person" ||
      row.askedBy !== actor.personId ||
      row.expiresAt <= now
    )
      return denyNotFound("export");
    if (row.personId !== actor.personId && !actor.roles.includes("admin")) return denyNotFound("export");
    return allow;
  },
};
