/** A page that was written in Lyceum, to read. */
import type { Material } from "../contract.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { atNode } from "../nodes.ts";
import { EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { EndMark } from "./end-mark.tsx";
import { Markdown } from "./markdown.tsx";
import "./messages.ts";
import "./reader.css";

export function PageInPage({ material, onEnd }: { readonly material: Material; readonly onEnd: () => void }) {
  const text = useText();
  const { materialId, revision, title } = material;
  const page = useRead("materials.getPage", { materialId, revision });
  return (
    <section className="reader-body" tabIndex={0} aria-label={title}>
      <Loaded of={page} lines={8}>
        {({ text: source, images }) =>
          source.trim() === "" ? (
            <EmptyState icon="book" title={text("page.empty")} hint={text("page.emptyHint")} />
          ) : (
            <>
              <Markdown source={source} imageUrl={imageUrlOf(images)} />
              <EndMark onSeen={onEnd} />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

type Images = readonly { readonly imageId: string; readonly file: object }[];

/** Where the images of a page are, by their ids; null for what is none of them. */
export function imageUrlOf(images: Images): (id: string) => string | null {
  const urls = new Map(
    images.map(({ imageId, file }) => [imageId, "url" in file ? atNode(String(file.url)) : null]),
  );
  return (id) => urls.get(id) ?? null;
}
