/** One criterion of a rubric while it is written, with its levels. */
import { Button, IconButton } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { useText } from "../ui/text.ts";
import { type CriterionDraft, type LevelDraft, newLevel } from "./rubric-draft.ts";
import "./grading-messages.ts";

const levelsMax = 10;

export interface CriterionFieldsProps {
  readonly criterion: CriterionDraft;
  readonly number: number;
  readonly onChange: (criterion: CriterionDraft) => void;
  readonly onRemove: () => void;
}

export function CriterionFields({ criterion, number, onChange, onRemove }: CriterionFieldsProps) {
  const text = useText();
  const { levels } = criterion;
  const setLevel = (next: LevelDraft) =>
    onChange({ ...criterion, levels: levels.map((each) => (each.key === next.key ? next : each)) });
  return (
    <fieldset className="rubric-criterion">
      <legend className="item-title">{text("rubric.criterion", { number })}</legend>
      <div className="rubric-row">
        <TextField
          label={text("rubric.criterionTitle")}
          value={criterion.title}
          maxLength={200}
          isRequired
          onChange={(title) => onChange({ ...criterion, title })}
        />
        <IconButton icon="close" label={text("rubric.removeCriterion", { number })} onPress={onRemove} />
      </div>
      <TextField
        label={text("rubric.description")}
        value={criterion.description}
        rows={1}
        maxLength={2_000}
        onChange={(description) => onChange({ ...criterion, description })}
      />
      {levels.map((level, at) => (
        <div key={level.key} className="rubric-row">
          <TextField
            label={text("rubric.level", { number: at + 1 })}
            value={level.title}
            maxLength={200}
            isRequired
            onChange={(title) => setLevel({ ...level, title })}
          />
          <TextField
            label={text("rubric.levelText")}
            value={level.description}
            rows={1}
            maxLength={2_000}
            onChange={(description) => setLevel({ ...level, description })}
          />
          <TextField
            label={text("rubric.points")}
            value={level.points}
            type="number"
            min={0}
            step={0.01}
            isRequired
            onChange={(points) => setLevel({ ...level, points })}
          />
          <IconButton
            icon="close"
            label={text("rubric.removeLevel", { number: at + 1 })}
            isDisabled={levels.length === 1}
            onPress={() => onChange({ ...criterion, levels: levels.filter(({ key }) => key !== level.key) })}
          />
        </div>
      ))}
      <div>
        <Button
          icon="plus"
          look="quiet"
          isDisabled={levels.length >= levelsMax}
          onPress={() => onChange({ ...criterion, levels: [...levels, newLevel()] })}
        >
          {text("rubric.addLevel")}
        </Button>
      </div>
    </fieldset>
  );
}
