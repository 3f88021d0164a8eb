/** The texts of what happens before signing in, apart, so that the small entry loads no others. */
import gate from "../messages/en/gate.json";
import { addMessages } from "../ui/text.ts";

addMessages(gate);
