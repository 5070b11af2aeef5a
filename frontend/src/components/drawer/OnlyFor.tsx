/** Only for: in place of a form that the user's role may not use, who may. */

export function OnlyFor({ whom }: { whom: string }) {
  return (
    <section>
      <p class="faint">{whom}</p>
    </section>
  );
}
