/** The whole gRPC contract, put together: model, numbers, files and linked descriptors. */
import type { FileRegistry } from "@bufbuild/protobuf";
import type { Registry } from "#kernel/registry.ts";
import { linkFiles, type ProtoFile, protoFilesOf } from "./descriptors.ts";
import { assignFieldNumbers, type FieldNumbers } from "./field-numbers.ts";
import { printProto } from "./print-proto.ts";
import { deriveContract } from "./schema-to-proto.ts";
import { standardFiles } from "./standard-protos.ts";
import type { WireContract } from "./wire-model.ts";

export interface GrpcContract {
  readonly wire: WireContract;
  readonly numbers: FieldNumbers;
  readonly files: readonly ProtoFile[];
  readonly linked: FileRegistry;
}

/** Builds the contract of `registry`; what has no number in `known` yet gets the next free one. */
export function buildContract(registry: Registry, known: FieldNumbers): GrpcContract {
  const wire = deriveContract(registry);
  const numbers = assignFieldNumbers(wire, known);
  const files = [...protoFilesOf(wire, numbers), ...standardFiles];
  return { wire, numbers, files, linked: linkFiles(files.map(({ descriptor }) => descriptor)) };
}

const ownOpening =
  "Part of the gRPC contract of Lyceum, written by `npm run write` from the operations of the registry.\nDo not edit: change the operation's schema instead.";
const standardOpening =
  "A protocol of gRPC itself, as far as Lyceum speaks it; names and numbers are those of the published definition.\nWritten by `npm run write`. Do not edit.";

/** Every generated file under `proto/`, by its path there. */
export function generatedFiles(contract: GrpcContract): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  texts.set("field-numbers.json", `${JSON.stringify(contract.numbers, null, 2)}\n`);
  for (const file of contract.files) {
    const { name } = file.descriptor;
    texts.set(name, printProto(file, name.startsWith("lyceum/") ? ownOpening : standardOpening));
  }
  return texts;
}
