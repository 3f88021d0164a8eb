/** Where files are dropped, or chosen by those who do not drag. */
import { DropZone } from "react-aria-components/DropZone";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Text } from "react-aria-components/Text";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { useText } from "./text.ts";

export interface FileDropProps {
  readonly label: string;
  readonly hint: string;
  /** Media types or endings, as an input element takes them. */
  readonly accept?: readonly string[];
  readonly many?: boolean;
  readonly isDisabled?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

export function FileDrop({ label, hint, accept, many = false, isDisabled = false, onFiles }: FileDropProps) {
  const text = useText();
  return (
    <DropZone
      className="drop"
      isDisabled={isDisabled}
      onDrop={(event) => {
        const dropped = event.items.filter((item) => item.kind === "file").slice(0, many ? undefined : 1);
        void Promise.all(dropped.map((item) => item.getFile())).then(onFiles);
      }}
    >
      <Icon name="upload" />
      <Text slot="label">{label}</Text>
      <FileTrigger
        allowsMultiple={many}
        {...(accept ? { acceptedFileTypes: accept } : {})}
        onSelect={(files) => files && onFiles([...files])}
      >
        <Button isDisabled={isDisabled}>{text(many ? "chooseFiles" : "chooseFile")}</Button>
      </FileTrigger>
      <p className="faint">{hint}</p>
    </DropZone>
  );
}
