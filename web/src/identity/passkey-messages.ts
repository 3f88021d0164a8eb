/** The texts of passkeys, at the gate and on the account page. */
import passkeys from "../messages/en/passkeys.json";
import { addMessages } from "../ui/text.ts";

addMessages(passkeys);
