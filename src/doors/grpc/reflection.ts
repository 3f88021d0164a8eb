/** Server reflection: gives tools the contract that this server speaks, from the descriptors that it serves by. */
import { type DescFile, type DescService, type FileRegistry, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, type ConnectRouter } from "@connectrpc/connect";

interface Question {
  readonly messageRequest: { readonly case: string | undefined; readonly value?: unknown };
}

/** Serves `reflection` (`grpc.reflection.v1.ServerReflection`) over `files`. */
export function reflectionRoutes(router: ConnectRouter, reflection: DescService, files: FileRegistry): void {
  const services = [...files.files]
    .flatMap((file) => file.services.map(({ typeName }) => ({ name: typeName })))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  router.service(reflection, {
    serverReflectionInfo: async function* (questions: AsyncIterable<Question>) {
      for await (const question of questions)
        yield { originalRequest: question, messageResponse: answer(question) };
    },
  } as never);

  function answer({ messageRequest: { case: kind, value } }: Question): { case: string; value: unknown } {
    switch (kind) {
      case "listServices":
        return { case: "listServicesResponse", value: { service: services } };
      case "fileByFilename":
        return fileAnswer(
          [...files.files].find((file) => file.proto.name === value),
          String(value),
        );
      case "fileContainingSymbol":
        return fileAnswer(fileOfSymbol(String(value)), String(value));
      case "allExtensionNumbersOfType":
      case "fileContainingExtension":
        return refused(Code.NotFound, "There are no extensions here.");
      default:
        return refused(Code.InvalidArgument, "Ask for a file, a symbol or the list of services.");
    }
  }

  /** A symbol is a message, enum or service, or a field, value or method inside one. */
  function fileOfSymbol(symbol: string): DescFile | undefined {
    const found = files.get(symbol) ?? files.get(symbol.slice(0, Math.max(0, symbol.lastIndexOf("."))));
    return found?.file;
  }
}

/** The file and all that it imports: a client needs every one of them. */
function fileAnswer(file: DescFile | undefined, wanted: string): { case: string; value: unknown } {
  if (file === undefined) return refused(Code.NotFound, `There is no ${wanted} here.`);
  const needed = new Set<DescFile>();
  const visit = (one: DescFile): void => {
    if (needed.has(one)) return;
    needed.add(one);
    one.dependencies.forEach(visit);
  };
  visit(file);
  const fileDescriptorProto = [...needed].map((one) => toBinary(FileDescriptorProtoSchema, one.proto));
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

function refused(errorCode: Code, errorMessage: string): { case: string; value: unknown } {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}
