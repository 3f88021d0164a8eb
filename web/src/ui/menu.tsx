/** A menu of actions behind a button. */
import { Menu as AriaMenu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { IconButton } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";

export interface MenuAction {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  readonly isDangerous?: boolean;
  readonly run: () => void;
}

export function Menu({
  label,
  actions,
}: {
  readonly label: string;
  readonly actions: readonly MenuAction[];
}) {
  return (
    <MenuTrigger>
      <IconButton icon="more" label={label} />
      <Popover className="popover" placement="bottom end">
        <AriaMenu className="options" items={actions}>
          {(action) => (
            <MenuItem
              className="option"
              textValue={action.label}
              onAction={action.run}
              {...(action.isDangerous ? { "data-danger": "" } : {})}
            >
              {action.icon && <Icon name={action.icon} />}
              {action.label}
            </MenuItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
