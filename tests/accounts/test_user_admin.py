"""Administrators can manage accounts in the admin, but not superusers."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from tests.curation.admin_client import admin_url, client_with_role, errors_in, form_data, run_action, soup

User = get_user_model()
NEW_PASSWORD = {
    "usable_password": "true",
    "password1": "quite new and long",
    "password2": "quite new and long",
}


@pytest.fixture
def administrator(db):
    return client_with_role("administrator")


@pytest.fixture
def superuser(db):
    return User.objects.create_superuser("root", password="not a real one")


def test_an_administrator_cannot_create_a_superuser(administrator):
    account = User.objects.create_user("helper", is_staff=True)
    page = administrator.get(admin_url(account, "change"))
    assert not soup(page).select("[name=is_superuser]")
    data = form_data(page) | {"first_name": "Ada", "is_superuser": "on"}
    assert administrator.post(admin_url(account, "change"), data).status_code == 302
    account.refresh_from_db()
    assert (account.first_name, account.is_superuser) == ("Ada", False)


def test_an_administrator_cannot_change_a_superuser(administrator, superuser):
    change = admin_url(superuser, "change")
    assert administrator.get(change).status_code == 200  # read only
    assert administrator.post(change, {"username": "root", "is_active": ""}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[superuser.pk])
    assert administrator.get(password).status_code == 403
    assert administrator.post(password, NEW_PASSWORD).status_code == 403
    assert administrator.post(admin_url(superuser, "delete"), {"post": "yes"}).status_code == 403
    run_action(administrator, "delete_selected", [superuser], post="yes")
    superuser.refresh_from_db()
    assert (superuser.is_active, superuser.check_password("not a real one")) == (True, True)


def test_an_administrator_changes_the_passwords_of_others(administrator):
    account = User.objects.create_user("helper", is_staff=True)
    password = reverse("admin:auth_user_password_change", args=[account.pk])
    assert administrator.post(password, NEW_PASSWORD).status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW_PASSWORD["password1"])


def new_account(client, role: str):
    """Submits the form of a new account with this role and returns the response. The form must offer no other role."""
    data = {
        "username": "helper",
        "role": Group.objects.filter(name=role).values_list("pk", flat=True).first() or "",
    }
    return client.post(reverse("admin:auth_user_add"), data | NEW_PASSWORD)


def test_a_new_account_has_one_role_and_can_log_in(administrator):
    page = administrator.get(reverse("admin:auth_user_add"))
    roles = [label.text.strip() for label in soup(page).select("#id_role label")]
    assert roles == ["contributor", "curator", "administrator"]
    assert new_account(administrator, "curator").status_code == 302
    account = User.objects.get(username="helper")
    assert ([group.name for group in account.groups.all()], account.is_staff) == (["curator"], True)
    listed = soup(administrator.get(admin_url(User))).select("#result_list .field-role")
    assert [cell.text for cell in listed] == ["administrator", "curator"]


def test_a_new_account_without_a_role_or_with_one_beyond_the_own_is_refused(administrator):
    everything = Group.objects.create(name="everything")
    everything.permissions.set(Permission.objects.all())
    assert errors_in(new_account(administrator, "")) == "This field is required."
    assert "Select a valid choice." in errors_in(new_account(administrator, "everything"))
    assert not User.objects.filter(username="helper").exists()


def role_choices(page) -> dict[str, bool]:
    """Maps the role choices on the form of an account to True for the selected role."""
    labels = soup(page).select("#id_role label")
    return {label.text.strip(): label.input.has_attr("checked") for label in labels}


def test_the_role_of_an_account_is_one_choice(administrator):
    account = User.objects.create_user("helper", is_staff=True)
    url = admin_url(account, "change")
    chosen = {"No role": True, "contributor": False, "curator": False, "administrator": False}
    for role in ("curator", "contributor", "No role"):
        page = administrator.get(url)
        assert role_choices(page) == chosen
        group = Group.objects.filter(name=role).first()
        assert (
            administrator.post(url, form_data(page) | {"role": group.pk if group else ""}).status_code == 302
        )
        assert list(account.groups.all()) == ([group] if group else [])
        chosen = {each: each == role for each in chosen}


def test_permissions_and_dates_of_an_account_are_folded(administrator):
    page = soup(administrator.get(admin_url(User.objects.create_user("helper", is_staff=True), "change")))
    (fold,) = page.select("fieldset.collapse > details:not([open])")
    assert [row["class"][-1] for row in fold.select(".form-row")] == [
        "field-is_superuser", "field-user_permissions", "field-last_login", "field-date_joined",
    ]  # fmt: skip


def test_several_groups_of_an_account_are_kept_until_a_role_is_chosen(administrator):
    account = User.objects.create_user("helper", is_staff=True)
    contributor, curator = Group.objects.filter(name__in=["contributor", "curator"]).order_by("name")
    account.groups.set([contributor, curator])
    url = admin_url(account, "change")
    page = administrator.get(url)
    assert [name for name, is_chosen in role_choices(page).items() if is_chosen] == [
        "Unchanged: contributor, curator"
    ]
    assert administrator.post(url, form_data(page) | {"first_name": "Ada"}).status_code == 302
    assert set(account.groups.all()) == {contributor, curator}
    assert administrator.post(url, form_data(page) | {"role": curator.pk}).status_code == 302
    assert list(account.groups.all()) == [curator]
    # The first form still offers the former groups, and submitting it must not remove the new role.
    assert administrator.post(url, form_data(page) | {"first_name": "Eve"}).status_code == 302
    without_role = {name: value for name, value in form_data(page).items() if name != "role"}
    assert administrator.post(url, without_role).status_code == 302
    assert list(account.groups.all()) == [curator]
    assert administrator.post(url, form_data(page) | {"role": ""}).status_code == 302
    assert not account.groups.exists()


def test_a_superuser_can_create_another_superuser(superuser):
    client = Client()
    client.force_login(superuser)
    account = User.objects.create_user("helper", is_staff=True)
    data = form_data(client.get(admin_url(account, "change"))) | {"is_superuser": "on"}
    assert client.post(admin_url(account, "change"), data).status_code == 302
    account.refresh_from_db()
    assert account.is_superuser


def permission(codename) -> Permission:
    return Permission.objects.get(codename=codename)


@pytest.mark.parametrize("own_account", [True, False])
def test_an_administrator_can_grant_only_permissions_and_groups_within_their_own(administrator, own_account):
    """The rule includes the own account, because administrators could otherwise give themselves every permission."""
    account = administrator.user if own_account else User.objects.create_user("helper", is_staff=True)
    beyond, own = permission("delete_session"), permission("merge_records")
    everything = Group.objects.create(name="everything")
    everything.permissions.add(beyond)
    page = administrator.get(admin_url(account, "change"))
    offered = {int(option["value"]) for option in soup(page).select("[name=user_permissions] option")}
    assert own.pk in offered
    assert beyond.pk not in offered
    assert set(role_choices(page)) - {"No role"} == {"administrator", "contributor", "curator"}
    data = form_data(page)
    for field, value in (("user_permissions", beyond.pk), ("role", everything.pk)):
        response = administrator.post(admin_url(account, "change"), data | {field: [value]})
        assert "Select a valid choice" in errors_in(response)
    assert not User.objects.get(pk=account.pk).has_perm("sessions.delete_session")
    assert (
        administrator.post(admin_url(account, "change"), data | {"user_permissions": [own.pk]}).status_code
        == 302
    )
    assert own in account.user_permissions.all()


def test_an_administrator_puts_only_own_permissions_into_a_group(administrator):
    group, beyond = Group.objects.create(name="helpers"), permission("delete_session")
    for page, group_name in ((admin_url(Group, "add"), "others"), (admin_url(group, "change"), "helpers")):
        offered = {int(o["value"]) for o in soup(administrator.get(page)).select("[name=permissions] option")}
        assert permission("merge_records").pk in offered
        assert beyond.pk not in offered
        response = administrator.post(page, {"name": group_name, "permissions": [beyond.pk]})
        assert "Select a valid choice" in errors_in(response)
    assert not group.permissions.exists()


def test_permissions_granted_by_somebody_else_are_not_lost_by_an_edit(administrator):
    """Otherwise an administrator who corrects a name would unintentionally remove permissions."""
    group, beyond = Group.objects.create(name="helpers"), permission("delete_session")
    group.permissions.add(beyond)
    data = form_data(administrator.get(admin_url(group, "change"))) | {"name": "assistants"}
    assert administrator.post(admin_url(group, "change"), data).status_code == 302
    group.refresh_from_db()
    assert (group.name, [*group.permissions.all()]) == ("assistants", [beyond])


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("through", ["group", "account"])
def test_an_administrator_cannot_take_over_an_account_with_further_permissions(
    administrator, through, is_active
):
    account = User.objects.create_user(
        "auditor", password="not a real one", is_staff=True, is_active=is_active
    )
    if through == "group":
        group = Group.objects.create(name="auditors")
        group.permissions.add(permission("delete_session"))
        account.groups.add(group)
    else:
        account.user_permissions.add(permission("delete_session"))
    password = reverse("admin:auth_user_password_change", args=[account.pk])
    assert administrator.post(password, NEW_PASSWORD).status_code == 403
    assert administrator.post(admin_url(account, "change"), {"username": "auditor"}).status_code == 403
    assert administrator.post(admin_url(account, "delete"), {"post": "yes"}).status_code == 403
    account.refresh_from_db()
    assert account.check_password("not a real one")


def test_a_superuser_gives_any_permission(superuser):
    client = Client()
    client.force_login(superuser)
    account, any_one = User.objects.create_user("helper", is_staff=True), permission("delete_session")
    data = form_data(client.get(admin_url(account, "change"))) | {"user_permissions": [any_one.pk]}
    assert client.post(admin_url(account, "change"), data).status_code == 302
    assert any_one in account.user_permissions.all()
