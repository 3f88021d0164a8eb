/** How a course comes to its totals: method, categories, letters. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { CommandInput, ReadOutput } from "../contract.ts";
import { useCourse } from "../courses/course-context.ts";
import { useIsOpen } from "../courses/if-open.tsx";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Checkbox, Select } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./grades.css";
import "./messages.ts";
import { pointsText } from "./numbers.ts";

type Scheme = ReadOutput<"grades.getGradebook">["scheme"];
type Wish = CommandInput<"grades.updateGradingScheme">;

interface CategoryLine {
  readonly key: string;
  readonly categoryId?: string;
  readonly title: string;
  readonly weight: string;
  readonly dropLowest: string;
}
interface LetterLine {
  readonly key: string;
  readonly letter: string;
  readonly from: string;
}

export function GradingSchemePage() {
  const text = useText();
  const { courseId } = useCourse();
  const book = useRead("grades.getGradebook", { courseId });
  return (
    <section className="stack" aria-labelledby="scheme">
      <Link to="/courses/$courseId/grades" params={{ courseId }}>
        {text("gradebook.title")}
      </Link>
      <h2 id="scheme">{text("scheme.title")}</h2>
      <Loaded of={book}>
        {({ scheme }) => <SchemeForm key={scheme.version} courseId={courseId} scheme={scheme} />}
      </Loaded>
    </section>
  );
}

function SchemeForm({ courseId, scheme }: { readonly courseId: string; readonly scheme: Scheme }) {
  const text = useText();
  const isOpenCourse = useIsOpen();
  const { run } = useCommand("grades.updateGradingScheme");
  const [method, setMethod] = useState(scheme.method);
  const [missing, setMissing] = useState(scheme.missing);
  const [showsTotal, setShowsTotal] = useState(scheme.showsTotal);
  const [categories, setCategories] = useState<readonly CategoryLine[]>(
    scheme.categories.map(({ categoryId, title, weight, dropLowest }) => ({
      key: categoryId,
      categoryId,
      title,
      weight: String(weight),
      dropLowest: String(dropLowest),
    })),
  );
  const [letters, setLetters] = useState<readonly LetterLine[]>(
    scheme.letters.map(({ letter, from }) => ({ key: letter, letter, from: String(from) })),
  );

  async function save(_fields: Readonly<Record<string, string>>, key: string) {
    const wish: Wish = {
      courseId,
      version: scheme.version,
      method,
      missing,
      showsTotal,
      categories: categories.map(({ categoryId, title, weight, dropLowest }) => ({
        ...(categoryId === undefined ? {} : { categoryId }),
        title,
        weight: Number(weight),
        dropLowest: Number(dropLowest),
      })),
      letters: letters.map(({ letter, from }) => ({ letter, from: Number(from) })),
    };
    await run(wish, key);
    toast(text("scheme.saved"));
  }

  return (
    <Form onSubmit={save}>
      {({ isPending }) => (
        <fieldset className="bare stack" disabled={!isOpenCourse}>
          <div className="card stack">
            <div className="scheme-line">
              <Select
                label={text("scheme.method")}
                options={(["points", "weighted"] as const).map((value) => ({
                  value,
                  label: text(`scheme.method.${value}`),
                }))}
                value={method}
                onChange={setMethod}
              />
              <Select
                label={text("scheme.missing")}
                options={(["ignored", "zero"] as const).map((value) => ({
                  value,
                  label: text(`scheme.missing.${value}`),
                }))}
                value={missing}
                onChange={setMissing}
              />
            </div>
            <Checkbox isSelected={showsTotal} onChange={setShowsTotal}>
              {text("scheme.showsTotal")}
            </Checkbox>
          </div>
          <Categories lines={categories} onChange={setCategories} hasWeights={method === "weighted"} />
          <Letters lines={letters} onChange={setLetters} />
          <div>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("scheme.save")}
            </Button>
          </div>
        </fieldset>
      )}
    </Form>
  );
}

function Categories({
  lines,
  onChange,
  hasWeights,
}: {
  readonly lines: readonly CategoryLine[];
  readonly onChange: (lines: readonly CategoryLine[]) => void;
  readonly hasWeights: boolean;
}) {
  const text = useText();
  const isOpenCourse = useIsOpen();
  const set = (key: string, change: Partial<CategoryLine>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...change } : line)));
  const sum = lines.reduce((all, { weight }) => all + (Number(weight) || 0), 0);
  return (
    <section className="card stack" aria-labelledby="categories">
      <h3 id="categories">{text("scheme.categories")}</h3>
      <p className="soft prose">
        {text(isOpenCourse || lines.length > 0 ? "scheme.categoriesText" : "scheme.none")}
      </p>
      {lines.map((line) => (
        <div key={line.key} className="scheme-line">
          <TextField
            label={text("scheme.category")}
            value={line.title}
            onChange={(title) => set(line.key, { title })}
            maxLength={120}
            isRequired
          />
          {hasWeights && (
            <TextField
              label={text("scheme.weight")}
              type="number"
              min={0}
              step={0.01}
              value={line.weight}
              onChange={(weight) => set(line.key, { weight })}
              isRequired
            />
          )}
          <TextField
            label={text("scheme.drop")}
            type="number"
            min={0}
            max={50}
            step={1}
            value={line.dropLowest}
            onChange={(dropLowest) => set(line.key, { dropLowest })}
            isRequired
          />
          <IconButton
            icon="close"
            label={text("scheme.removeCategory", { category: line.title || text("scheme.unnamed") })}
            onPress={() => onChange(lines.filter(({ key }) => key !== line.key))}
          />
        </div>
      ))}
      {hasWeights && lines.length > 0 && (
        <p className="soft">{text("scheme.weights", { percent: pointsText(sum) })}</p>
      )}
      <div>
        <Button
          icon="plus"
          onPress={() =>
            onChange([...lines, { key: crypto.randomUUID(), title: "", weight: "0", dropLowest: "0" }])
          }
        >
          {text("scheme.addCategory")}
        </Button>
      </div>
    </section>
  );
}

function Letters({
  lines,
  onChange,
}: {
  readonly lines: readonly LetterLine[];
  readonly onChange: (lines: readonly LetterLine[]) => void;
}) {
  const text = useText();
  const isOpenCourse = useIsOpen();
  const set = (key: string, change: Partial<LetterLine>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...change } : line)));
  return (
    <section className="card stack" aria-labelledby="letters">
      <h3 id="letters">{text("scheme.letters")}</h3>
      <p className="soft prose">
        {text(isOpenCourse || lines.length > 0 ? "scheme.lettersText" : "scheme.none")}
      </p>
      {lines.map((line) => (
        <div key={line.key} className="scheme-line">
          <TextField
            label={text("scheme.letter")}
            value={line.letter}
            onChange={(letter) => set(line.key, { letter })}
            maxLength={10}
            isRequired
          />
          <TextField
            label={text("scheme.from")}
            type="number"
            min={0}
            step={0.01}
            value={line.from}
            onChange={(from) => set(line.key, { from })}
            isRequired
          />
          <IconButton
            icon="close"
            label={text("scheme.removeLetter", { letter: line.letter || text("scheme.unnamed") })}
            onPress={() => onChange(lines.filter(({ key }) => key !== line.key))}
          />
        </div>
      ))}
      <div>
        <Button
          icon="plus"
          onPress={() => onChange([...lines, { key: crypto.randomUUID(), letter: "", from: "0" }])}
        >
          {text("scheme.addLetter")}
        </Button>
      </div>
    </section>
  );
}
