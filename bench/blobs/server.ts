/** The server that the benchmark measures: the routes of files over a real kernel, in a process of its own. */
import { fileUrl } from "#doors/http/files.ts";
import { openTestFilesDoor } from "#doors/http/test-files-door.ts";
import { openTestKernel } from "#kernel/testing.ts";

const test = await openTestKernel({ slices: [] });
const { services } = test.kernel;
const door = await openTestFilesDoor(test, services.blobs);

/** The parent asks for the address of an upload's file, and for the blob's removal when it is done with it. */
process.on("message", async (message: { readonly address: string } | { readonly remove: string }) => {
  if ("remove" in message) {
    const upload = await services.blobs.upload(message.remove);
    await services.blobs.abandonUpload(message.remove);
    if (upload?.finished) await services.blobs.remove(upload.finished.sha256);
    process.send?.({ removed: true });
    return;
  }
  const upload = await services.blobs.upload(message.address);
  if (!upload?.finished) throw new Error("the upload is not finished");
  const path = await fileUrl(services, { ...upload.finished, fileName: "a" }, test.clock.now());
  process.send?.({ path });
});
process.once("disconnect", async () => {
  await door.close();
  await test.close();
});
process.send?.({ url: door.url });
