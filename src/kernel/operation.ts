/**
 * The unit of Lyceum: an operation. Everything that a person or program can do is declared once, as a plain object;
 * the doors derive their routes, methods, commands and documents from it.
 */
import type { Kysely } from "kysely";
import type { z } from "zod";
import type { TextIndex } from "#engines/text-index/port.ts";
import type { Actor } from "./actor.ts";
import type { RefusalKind } from "./errors.ts";
import type { UploadedBlob } from "./held-blobs.ts";
import type { Policy } from "./policy.ts";
import type { ClusterSight } from "./read.ts";
import type { Services } from "./services.ts";
import type { Slice } from "./slice.ts";
import type { Step } from "./step.ts";
import type { UnderView } from "./view.ts";

/** Where a call came from; kept in the audit trail and counted by the limits against guessing. */
export interface Origin {
  readonly door: "http" | "grpc" | "cli" | "internal";
  /** The caller's address, behind trusted proxies the one that they report; null for internal calls. */
  readonly address: string | null;
  /** What the client calls itself; at most 200 characters are kept. */
  readonly agent: string | null;
}

/** Every context holds these. */
interface CommonContext<Input> {
  readonly input: Input;
  readonly actor: Actor;
  readonly origin: Origin;
  /** Milliseconds UTC; one value for the whole call. */
  readonly now: number;
}

export interface ReadContext<Tables, Input, Facts = undefined> extends CommonContext<Input> {
  /** One snapshot of committed data, typed as the slice's own tables. */
  readonly db: Kysely<Tables>;
  /** How the group of nodes stands at this moment; null where no group of ours keeps the store. */
  readonly cluster: ClusterSight | null;
  /** Every slice there is, for what concerns all of them: a course as a whole. */
  readonly slices: readonly Slice[];
  /** Whether the school's mails leave for their readers; false where they lie in an outbox. Heavy reads hear false. */
  readonly sendsMail: boolean;
  /** What `prepare` found out before this snapshot; check again what may have changed since. */
  readonly facts: Facts;
}

export interface ReadPrepareContext<Tables, Input> extends CommonContext<Input> {
  /** Reads on a snapshot of its own, never older than what the client has seen. */
  readonly read: <Result>(work: (db: Kysely<Tables>) => Promise<Result>) => Promise<Result>;
  /** What this node finds texts in. */
  readonly textIndex: TextIndex;
}

export interface PrepareContext<Tables, Input> extends CommonContext<Input> {
  /**
   * Reads on a snapshot of its own, typed as the slice's tables. Slow work belongs outside of it: a snapshot that is
   * held open keeps the store from tidying up.
   */
  readonly read: <Result>(work: (db: Kysely<Tables>) => Promise<Result>) => Promise<Result>;
  /** `count` unpredictable bytes. */
  readonly random: (count: number) => Uint8Array;
  readonly services: Services;
  /** The finished upload, where the operation accepts one. */
  readonly blob: UploadedBlob | null;
}

export interface CommandContext<Tables, Input, Facts> extends CommonContext<Input>, Step<Tables> {
  /** What `prepare` found out before the transaction; check again what may have changed since. */
  readonly facts: Facts;
  /** The finished upload, where the operation accepts one. */
  readonly blob: UploadedBlob | null;
}

/** What a secret field may hold; null where there is nothing to give this time. */
export type Secret = string | string[] | null;

/** What a refusal that an operation declares looks like: its code, and the kind that decides its status. */
export type DeclaredRefusals = Readonly<Record<string, RefusalKind>>;

interface CommonSpec<Input extends z.ZodObject, Output extends z.ZodType> {
  /** `<slice>.<verbNoun>`; every door's name is derived from it. */
  readonly name: string;
  /** One sentence for the reference: what it does, in the user's words. */
  readonly summary: string;
  readonly input: Input;
  readonly output: Output;
  readonly policy: Policy<z.output<Input>>;
  /** The refusals of its own, beside the common ones (input, policy), and the kind of each. */
  readonly refusals?: DeclaredRefusals;
  /** What it is to somebody who looks as another person; see `view.ts`. */
  readonly underView?: UnderView;
  /** Inputs for the reference, each with what it shows. */
  readonly examples?: readonly { readonly summary: string; readonly input: z.input<Input> }[];
}

/** What beside its output a read brings along. */
export type Returns = "blob" | "blobs" | "archive" | "text";

export interface ReadSpec<Tables, Input extends z.ZodObject, Output extends z.ZodType, Facts = undefined>
  extends CommonSpec<Input, Output> {
  readonly kind: "read";
  /** `heavy`: may take long, so it runs in a killable reader process. */
  readonly cost?: "heavy";
  /** For which inputs the answer must hold everything that anybody was told of before; see `CallRequest.strong`. */
  strong?(input: z.output<Input>): boolean;
  /**
   * `blob`: the output is a `FileReference` and the doors send its bytes.
   * `blobs`: the output has `FileReference`s inside; doors that can, send the bytes of each after it.
   * `archive`: the output is an `Archive`; the doors make the zip file while they send it.
   * `text`: the output is a `TextFile`; over HTTP its text is the answer.
   */
  readonly returns?: Returns;
  /**
   * What is found out elsewhere than in the store (an index), after the policy has agreed and before the snapshot of
   * `handle`, which awaits nothing but its queries. Without it, `facts` is undefined. Not for heavy reads.
   */
  prepare?(context: ReadPrepareContext<Tables, z.output<Input>>): Promise<Facts>;
  handle(context: ReadContext<Tables, z.output<Input>, Facts>): Promise<z.input<Output>>;
}

export interface CommandSpec<
  Tables,
  Input extends z.ZodObject,
  Output extends z.ZodType,
  Facts,
  SecretName extends string,
> extends CommonSpec<Input, Output> {
  readonly kind: "command";
  /** `blob`: the input has an `uploadId`, and the doors take the bytes before the call. */
  readonly accepts?: "blob";
  /**
   * Slow facts (a password's hash, what a file is), gathered before the transaction on a snapshot, after the policy
   * has agreed there. It may refuse. Without it, `facts` is undefined.
   */
  prepare?(context: PrepareContext<Tables, z.output<Input>>): Promise<Facts>;
  /** A pure step over the transaction; gives the output less its secret fields. May be run twice. */
  handle(context: CommandContext<Tables, z.output<Input>, Facts>): Promise<Omit<z.input<Output>, SecretName>>;
  /**
   * Output fields that are never stored (tokens, invitations): each is made from the stored rest of the output after
   * the command is durable, and made again when a retry is answered from the receipt.
   */
  readonly secrets?: Readonly<
    Record<
      SecretName,
      (mint: {
        readonly output: Omit<z.output<Output>, SecretName>;
        readonly now: number;
        readonly services: Services;
      }) => Promise<Secret>
    >
  >;
}

/**
 * An operation as the kernel and the doors see it: with its types forgotten, since what they hand over has been
 * parsed by its schemas.
 */
export interface Operation {
  readonly name: string;
  readonly summary: string;
  readonly kind: "read" | "command";
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  readonly policy: Policy<never>;
  readonly refusals: DeclaredRefusals;
  readonly examples: readonly { readonly summary: string; readonly input: unknown }[];
  readonly underView: UnderView | null;
  readonly heavy: boolean;
  readonly strong: (input: never) => boolean;
  readonly accepts: "blob" | null;
  readonly returns: Returns | null;
  /** What a command does before its transaction. */
  readonly prepare: ((context: PrepareContext<never, never>) => Promise<unknown>) | null;
  /** What a read does before its snapshot. */
  readonly prepareRead: ((context: ReadPrepareContext<never, never>) => Promise<unknown>) | null;
  readonly handle: (context: never) => Promise<unknown>;
  readonly secrets: Readonly<Record<string, (mint: never) => Promise<Secret>>>;
}

/** An operation that still knows its types, for the typed clients. */
export interface TypedOperation<
  Name extends string,
  Kind extends "read" | "command",
  Input extends z.ZodObject,
  Output extends z.ZodType,
> extends Operation {
  readonly name: Name;
  readonly kind: Kind;
  readonly input: Input;
  readonly output: Output;
}

/**
 * Gives a slice its `operation()`, which hands every handler the slice's own tables and no others:
 * `export const operation = operationFor<CoursesTables>();`
 */
export function operationFor<Tables>() {
  function operation<
    const Name extends string,
    Input extends z.ZodObject,
    Output extends z.ZodType,
    Facts = undefined,
  >(
    spec: ReadSpec<Tables, Input, Output, Facts> & { readonly name: Name },
  ): TypedOperation<Name, "read", Input, Output>;
  function operation<
    const Name extends string,
    Input extends z.ZodObject,
    Output extends z.ZodType,
    Facts = undefined,
    SecretName extends string = never,
  >(
    spec: CommandSpec<Tables, Input, Output, Facts, SecretName> & { readonly name: Name },
  ): TypedOperation<Name, "command", Input, Output>;
  function operation(
    spec: (
      | ReadSpec<Tables, z.ZodObject, z.ZodType, unknown>
      | CommandSpec<Tables, z.ZodObject, z.ZodType, unknown, string>
    ) & {
      readonly name: string;
    },
  ): Operation {
    const { name, summary, kind, input, output, policy } = spec;
    return {
      name,
      summary,
      kind,
      input,
      output,
      policy,
      refusals: spec.refusals ?? {},
      examples: spec.examples ?? [],
      underView: spec.underView ?? null,
      heavy: spec.kind === "read" && spec.cost === "heavy",
      strong: (spec.kind === "read" ? spec.strong?.bind(spec) : undefined) ?? (() => false),
      accepts: spec.kind === "command" ? (spec.accepts ?? null) : null,
      returns: spec.kind === "read" ? (spec.returns ?? null) : null,
      prepare: spec.kind === "command" ? (spec.prepare?.bind(spec) ?? null) : null,
      prepareRead: spec.kind === "read" ? (spec.prepare?.bind(spec) ?? null) : null,
      handle: spec.handle.bind(spec),
      secrets: spec.kind === "command" ? (spec.secrets ?? {}) : {},
    } as Operation;
  }
  return operation;
}
