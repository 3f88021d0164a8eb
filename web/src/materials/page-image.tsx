/** What an image of a page shows, asked before it is put into the text: for those who do not see it. */

import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export interface PageImageDialogProps {
  /** The image that has just been added; null keeps the dialog closed. */
  readonly image: { readonly url: string | null } | null;
  /** With the description; an empty one for an image that only decorates. */
  readonly onDescribed: (alt: string) => void;
}

export function PageImageDialog({ image, onDescribed }: PageImageDialogProps) {
  const text = useText();
  const [isDecorative, setDecorative] = useState(false);
  return (
    <Dialog title={text("image.title")} isOpen={image !== null} onClose={() => onDescribed("")}>
      {image && (
        <Form
          onSubmit={async ({ alt = "" }) => {
            onDescribed(isDecorative ? "" : alt.replace(/[[\]\n]/g, " ").trim());
            setDecorative(false);
          }}
        >
          {() => (
            <>
              {image.url !== null && <img className="image-asked" src={image.url} alt="" />}
              {!isDecorative && (
                <TextField
                  label={text("image.alt")}
                  hint={text("image.altHint")}
                  name="alt"
                  maxLength={500}
                  isRequired
                  autoFocus
                />
              )}
              <Checkbox isSelected={isDecorative} onChange={setDecorative}>
                {text("image.decorative")}
              </Checkbox>
              <div className="dialog-actions">
                <Button type="submit" look="primary">
                  {text("image.insert")}
                </Button>
              </div>
            </>
          )}
        </Form>
      )}
    </Dialog>
  );
}
