/** The passwords of eight and more characters that lists of stolen ones hold most often, and our own name. */
export const commonPasswords: ReadonlySet<string> = new Set(
  `12345678 123456789 1234567890 12345678910 0123456789 0987654321 987654321 9876543210 87654321 123123123 1234512345
  11223344 1122334455 123456abc 123456789a a123456789 12341234 123454321 147258369 159753456 789456123 741852963
  password password1 password12 password123 password1234 password! passw0rd passw0rd1 p@ssw0rd p@ssword p@$$w0rd
  mypassword newpassword yourpassword passwort passwort1 motdepasse contraseña contrasena senha123 parola123 wachtwoord
  qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 1qaz2wsx 1qazxsw2 zaq12wsx zaq1zaq1
  1q2w3e4r 1q2w3e4r5t q1w2e3r4 q1w2e3r4t5 qazwsxedc asdfghjk asdfghjkl asdf1234 asdfasdf zxcvbnm1 zxcvbnm123 azertyuiop
  qwertz123 abcd1234 abcdefgh abcdefghi abc12345 abc123456 a1b2c3d4 aa123456 aa12345678 iloveyou iloveyou1 iloveyou2
  sunshine sunshine1 princess princess1 football football1 baseball baseball1 basketball superman superman1 batman123
  trustno1 starwars starwars1 whatever whatever1 computer computer1 internet internet1 michelle jennifer jessica1
  michael1 charlie1 jordan23 liverpool chelsea1 arsenal1 welcome1 welcome12 welcome123 letmein1 letmein123 changeme
  changeme1 changeme123 admin123 admin1234 admin12345 administrator rootroot test1234 testtest test12345 temp1234
  temporary default1 secret123 access14 master12 dragon12 monkey12 shadow12 killer12 pokemon1 minecraft fuckyou1
  samsung1 google123 facebook facebook1 linkedin linkedin1 blink182 alexander christian elizabeth nicholas victoria
  school123 student1 student123 teacher1 teacher123 education university college1 classroom homework learning lyceum123
  correcthorsebatterystaple lyceum2025 lyceum2026 spring2026 summer2026 autumn2026 winter2026`
    .split(/\s+/)
    .filter((word) => word !== ""),
);
