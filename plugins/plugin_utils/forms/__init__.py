"""Paper: forms that people sign, registers that are filed, labels that are stuck on.

A *form document* (``document.py``) says what a form holds and nothing of how it looks. A maker such as
``asset_card.asset_card`` builds one from ledger records; it is pure, and its words are already in the form's
language. ``pdf.write_pdf`` sets one or many for signing, ``xlsx.write_xlsx`` writes the same one as a sheet that
the office can edit. A new form is therefore one module with one pure function::

    def loan_form(state: State, number: str, desk: Desk) -> Form:
        loan = state.one(Loan, number)
        _ = Translator("forms", desk.language)
        return desk.form_of(                        # the desk adds school, language, date and the code of the event
            state,
            loan,                                   # its number is printed beside the title and on every further page
            _("Equipment loan form"),
            blocks=(
                Fields(rows=(
                    (Field(_("Asset number"), loan.asset_number), Field(_("Name"), loan.name)),
                    (Field(_("Purpose"), loan.purpose, span=2),),
                )),
                Opinion(_("Opinion of the department"), height_mm=25),
                Signatures((_("Principal"), _("Head in charge"), _("Borrower"))),
                Cut(title=_("Equipment loan form, stub")),
                Fields(rows=(…)),
                Signatures((_("Borrower"),)),
            ),
        )

What is not known is given as an empty text and stays an empty cell for a pen. ``Fields``, ``Opinion`` and
``Signatures`` that follow one another are set as one bordered form; ``Table`` and ``Text`` stand by themselves.
Texts may be anything at all: they reach the renderers as data, never as markup or formula.
"""
