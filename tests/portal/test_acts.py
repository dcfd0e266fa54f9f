"""Every act has a form that does it: the base forms only say that one must."""

from __future__ import annotations

import pytest

from linghang.appraisal.web.forms import FORMS as APPRAISAL
from linghang.distinctions.web.forms import FORMS as DISTINCTIONS
from linghang.elections.web.forms import FORMS as ELECTIONS
from linghang.pioneers.web.forms import FORMS as PIONEERS
from linghang.pioneers.web.forms import STEP_FORMS as PIPELINES


@pytest.mark.parametrize("forms", [APPRAISAL, DISTINCTIONS, ELECTIONS, PIONEERS, PIPELINES])
def test_no_act_is_left_to_the_base_form(forms):
    left = [deed for deed, form in forms.items() if getattr(form.act, "__isabstractmethod__", 0)]
    assert left == []
